package io.sluice.routing.topology;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import io.sluice.routing.resilience.Failures;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks one node what it is, again and again, on a connection of its own: a full pool must not blind the router.
 *
 * <p>A broken connection is noticed at once, not at the next question. A node that is down is asked with growing
 * pauses until it answers.
 */
public final class NodeMonitor {

    /** Hears what a monitor finds. Called on event loops: return at once. */
    interface Listener {

        void answered(String node, Probe.Answer answer);

        void failed(String node, String reason);
    }

    private final String node;
    private final Mono<PostgresqlConnection> connect;
    private final MonitorSettings settings;
    private final Listener listener;
    private final Scheduler scheduler;
    private final Alarm alarm;
    private final ReplayWaiters waiters = new ReplayWaiters();
    private final Askers askers = new Askers();
    private final Disposable.Swap running = Disposables.swap();
    private int failures;

    NodeMonitor(
            String node,
            Mono<PostgresqlConnection> connect,
            MonitorSettings settings,
            Listener listener,
            Scheduler scheduler) {
        this.node = node;
        this.connect = connect;
        this.settings = settings;
        this.listener = listener;
        this.scheduler = scheduler;
        this.alarm = new Alarm(scheduler);
    }

    void start() {
        running.update(Mono.defer(this::session)
                .onErrorResume(this::failed)
                .repeat()
                .subscribe(nothing -> {}, error -> listener.failed(node, Failures.reason(error))));
    }

    /** Leaves the connection and begins anew. */
    void restart() {
        waiters.giveUp();
        askers.giveUp();
        start();
    }

    void stop() {
        running.dispose();
        waiters.giveUp();
        askers.giveUp();
    }

    /** Asks now instead of at the next turn. */
    void askNow() {
        alarm.ring();
    }

    /** Emits whether a read of this node sees {@code token}, at the latest after {@code budget}. */
    Mono<Boolean> awaitReplay(ConsistencyToken token, Duration budget) {
        return waiters.await(token, alarm::ring).timeout(budget, Mono.just(false), scheduler);
    }

    /** An answer to a question that leaves from now on; empty where there is none in time. */
    Mono<Probe.Answer> next() {
        return askers.next(alarm::ring).timeout(settings.timeout(), Mono.empty(), scheduler);
    }

    private Mono<Void> session() {
        Mono<PostgresqlConnection> connection = connect.timeout(settings.timeout(), noAnswer(), scheduler);
        return Mono.usingWhen(connection, this::watch, NodeMonitor::close);
    }

    private Mono<Void> watch(PostgresqlConnection connection) {
        ServerWait server = new ServerWait(connection);
        Mono<Void> questions = Mono.defer(() -> ask(connection))
                .then(Mono.defer(() -> pause(server)))
                .repeat()
                .then();
        return Flux.merge(questions, closed(connection)).then();
    }

    /** The driver ends the notifications of a connection that breaks: nobody has to wait for the next question. */
    private static Mono<Void> closed(PostgresqlConnection connection) {
        return connection
                .getNotifications()
                .then(Mono.error(() -> new R2dbcNonTransientResourceException("the server closed the connection")));
    }

    private Mono<Void> ask(PostgresqlConnection connection) {
        return Probe.ask(connection)
                .timeout(settings.timeout(), noAnswer(), scheduler)
                .doOnNext(this::answered)
                .then();
    }

    private <T> Mono<T> noAnswer() {
        return Mono.error(() -> new R2dbcNonTransientResourceException(
                "no answer within " + settings.timeout().toMillis() + " ms"));
    }

    private void answered(Probe.Answer answer) {
        failures = 0;
        listener.answered(node, answer);
        askers.answered(answer);
        if (answer.recovering()) {
            waiters.replayed(answer.timeline(), answer.position());
        } else {
            waiters.giveUp();
        }
    }

    private Mono<Void> pause(ServerWait server) {
        if (askers.waiting()) {
            return Mono.empty();
        }
        Lsn awaited = waiters.nearest();
        if (awaited == null) {
            return alarm.sleep(settings.interval());
        }
        return server.usable()
                ? server.until(awaited).timeout(settings.timeout(), noAnswer(), scheduler)
                : alarm.sleep(settings.waitInterval());
    }

    private Mono<Void> failed(Throwable error) {
        failures++;
        listener.failed(node, Failures.reason(error));
        waiters.giveUp();
        askers.giveUp();
        return Mono.delay(settings.backoff(failures, ThreadLocalRandom.current().nextDouble()), scheduler)
                .then();
    }

    private static Mono<Void> close(PostgresqlConnection connection) {
        return connection.close().timeout(Duration.ofSeconds(1)).onErrorComplete();
    }
}
