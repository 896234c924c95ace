package io.sluice.transactions.ledger;

import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.transactions.tx.Committed;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Accounts as they change.
 *
 * <p>Whoever changes an account tells nobody: a NOTIFY in each batch would cost every writer, watched or not. Instead the
 * accounts that anybody watches are looked up together, by one statement at a time on the primary, which gives those that
 * are not as they were; without watchers nothing is read. So it does not matter which gateway, or what else, made the
 * change, and nothing has to be made up for after a connection was lost: the next look does.
 */
public final class AccountWatch {

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

    private final RoutingConnectionFactory connections;
    private final WatchSettings settings;
    private final WatchedAccounts watched;
    private final Scheduler timer;
    private final Flux<Look> looks;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    /** @param timer tells when to look again */
    public AccountWatch(RoutingConnectionFactory connections, WatchSettings settings, Scheduler timer) {
        this.connections = connections;
        this.settings = settings;
        this.timer = timer;
        this.watched = new WatchedAccounts(settings.accountsMax());
        this.looks = Flux.interval(Duration.ZERO, settings.interval(), timer)
                .onBackpressureDrop()
                .concatMap(tick -> look(), 1)
                .share();
    }

    /**
     * What came of one round of reading.
     *
     * @param changed null where it failed
     */
    record Look(
            long round,
            @Nullable Committed<List<Account>> changed,
            @Nullable Throwable failure) {}

    /**
     * The accounts of these ids: first those that exist, read after the subscription, in a list that may be empty; then,
     * again and again, those that have changed, with a token that covers the changes. States between two looks are left
     * out, and so are those that come while {@code ready} says no: a slow reader gets the newest of each account.
     *
     * <p>Lists arrive on the event loop of a connection that was read from. Completes when the watch is closed. Errors:
     * {@link TooManyWatchedException}; the database's where the first look fails, or where none succeeds for too long.
     *
     * @param ready whether a list would be taken at once; asked on that thread, must not block
     */
    public Flux<Committed<List<Account>>> watch(Collection<UUID> ids, BooleanSupplier ready) {
        Set<UUID> wanted = Set.copyOf(ids);
        return Flux.using(
                        () -> watched.join(wanted),
                        joined -> from(joined, wanted, ready),
                        joined -> watched.leave(wanted))
                .takeUntilOther(closed.asMono());
    }

    /** How many accounts are watched, one that two watch counted twice. */
    public int watched() {
        return watched.places();
    }

    /** Completes every watch, the present ones and those to come. */
    public void close() {
        closed.tryEmitEmpty();
    }

    private Flux<Committed<List<Account>>> from(long joined, Set<UUID> wanted, BooleanSupplier ready) {
        return Flux.defer(() -> {
            WatchReader reader = new WatchReader(wanted, settings.staleMax(), timer, ready);
            return looks.filter(look -> look.round() > joined)
                    .doOnNext(reader::take)
                    .onBackpressureLatest()
                    .handle((look, out) -> reader.give(out));
        });
    }

    private Mono<Look> look() {
        return Mono.defer(() -> {
            WatchedAccounts.Round round = watched.begin();
            return connections
                    .write(connection -> changed(connection, round))
                    .single()
                    .timeout(READ_TIMEOUT, timer)
                    .doOnNext(changed -> watched.read(round, changed.value()))
                    .map(changed -> new Look(round.number(), changed, null))
                    .onErrorResume(error -> Mono.just(new Look(round.number(), null, error)));
        });
    }

    private static Mono<Committed<List<Account>>> changed(RoutedConnection connection, WatchedAccounts.Round round) {
        return Flux.from(connection
                        .createStatement(ReadSql.changedAccounts(round.seen()))
                        .execute())
                .concatMap(result -> result.map(Rows::account))
                .collectList()
                .flatMap(
                        changed -> connection.token().map(token -> new Committed<>(changed, token, connection.node())));
    }
}
