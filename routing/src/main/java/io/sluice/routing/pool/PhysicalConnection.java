package io.sluice.routing.pool;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ValidationDepth;
import java.time.Clock;
import java.time.Duration;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A connection of the driver together with what its pool knows about it. Used by one lease at a time. */
final class PhysicalConnection {

    private final PostgresqlConnection driver;
    private final ConnectionLoop loop;
    private final ReadGate gate;
    private final PoolSettings settings;
    private final Clock clock;
    private final long maxIdleMillis;
    private final long validateAfterIdleMillis;
    private final long expiresMillis;
    private final int generation;

    private volatile boolean doomed;
    private volatile boolean commitModeDiffers;
    private volatile long usedMillis;

    /** To be made on the thread that the driver hands the connection over on. */
    PhysicalConnection(
            PostgresqlConnection driver, PoolSettings settings, Clock clock, long expiresMillis, int generation) {
        this.driver = driver;
        EventExecutor current = ThreadExecutorMap.currentExecutor();
        this.loop = new ConnectionLoop(current == null ? GlobalEventExecutor.INSTANCE : current, this::open);
        this.gate = ReadGate.claim();
        this.settings = settings;
        this.clock = clock;
        this.maxIdleMillis = settings.maxIdle().toMillis();
        this.validateAfterIdleMillis = settings.validateAfterIdle().toMillis();
        this.expiresMillis = expiresMillis;
        this.generation = generation;
        this.usedMillis = clock.millis();
    }

    PostgresqlConnection driver() {
        return driver;
    }

    /** The event loop of the connection's socket. */
    ConnectionLoop loop() {
        return loop;
    }

    /** Whether the connection's socket is read. */
    ReadGate gate() {
        return gate;
    }

    /** Never hand this connection out again. */
    void doom() {
        doomed = true;
    }

    void commitModeMayDiffer() {
        commitModeDiffers = true;
    }

    boolean commitModeDiffers() {
        return commitModeDiffers;
    }

    void used() {
        usedMillis = clock.millis();
    }

    /** Whether the pool has to close this connection instead of handing it out. */
    boolean finished(int currentGeneration, boolean aboveMinimum) {
        long now = clock.millis();
        return doomed
                || generation != currentGeneration
                || now >= expiresMillis
                || (aboveMinimum && maxIdleMillis > 0 && now - usedMillis >= maxIdleMillis)
                || !open();
    }

    /** The driver answers a local check on the calling thread, without I/O. */
    private boolean open() {
        AnswerAtOnce answer = new AnswerAtOnce();
        driver.validate(ValidationDepth.LOCAL).subscribe(answer);
        return answer.yes;
    }

    /** Whether it was used so recently that the network between cannot have forgotten it. */
    boolean fresh() {
        return clock.millis() - usedMillis < validateAfterIdleMillis;
    }

    /** Whether the server answers, in time. Never fails. */
    Mono<Boolean> answers() {
        return OnLoop.flux(driver.validate(ValidationDepth.REMOTE).flux(), loop)
                .singleOrEmpty()
                .timeout(settings.validationTimeout(), Mono.just(false))
                .onErrorReturn(false);
    }

    /**
     * Says goodbye, but does not wait for a server that does not listen. Begins in a turn of the loop of its own: the
     * caller may stand in the midst of an answer, which the driver cannot drop while it hands it over.
     */
    Mono<Void> close() {
        Duration limit = settings.releaseTimeout();
        return driver.close()
                .subscribeOn(Schedulers.fromExecutor(loop.executor()))
                .timeout(limit)
                .onErrorComplete();
    }

    private static final class AnswerAtOnce implements CoreSubscriber<Boolean> {

        private boolean yes;

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        public void onNext(Boolean answer) {
            yes = answer;
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }
}
