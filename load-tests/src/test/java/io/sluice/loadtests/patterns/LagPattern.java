package io.sluice.loadtests.patterns;

import static io.sluice.loadtests.patterns.Database.one;
import static io.sluice.loadtests.patterns.Database.sum;
import static io.sluice.loadtests.patterns.Database.update;
import static io.sluice.loadtests.patterns.Database.with;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What one reads right after a write. */
final class LagPattern {

    private static final int CALLERS = 8;
    private static final String REPLAYED =
            "SELECT CASE WHEN pg_last_wal_replay_lsn() >= $1::pg_lsn THEN 1 ELSE 0 END::bigint";

    private final ConnectionFactory primary;
    private final ConnectionFactory replica;
    private final AtomicLong values = new AtomicLong();

    LagPattern(Servers servers) {
        this.primary = servers.primary().pool(2 * CALLERS);
        this.replica = servers.replicas().get(0).pool(2 * CALLERS);
    }

    Pattern pattern() {
        LongAdder staleAtOnce = new LongAdder();
        LongAdder staleAfterWait = new LongAdder();
        LongAdder staleOnPrimary = new LongAdder();
        return new Pattern(
                "A row is written, then read, by 8 callers",
                "a replica is behind: a write may not be seen by the read that follows",
                "pairs",
                List.of(
                        variant("read from the primary", staleOnPrimary, position -> Mono.just(primary)),
                        variant("read from a replica", staleAtOnce, position -> Mono.just(replica)),
                        variant(
                                "read from a replica once it has replayed the write",
                                staleAfterWait,
                                position -> replayed(position).thenReturn(replica))));
    }

    private Variant variant(String name, LongAdder stale, Function<String, Mono<ConnectionFactory>> reader) {
        return Variant.of(name, CALLERS, () -> {
                    long id = ThreadLocalRandom.current().nextInt(1, 1001);
                    long value = values.incrementAndGet();
                    return write(id, value)
                            .flatMap(reader)
                            .flatMap(node -> one(
                                    node,
                                    "SELECT value FROM registers WHERE id = $1",
                                    statement -> statement.bind(0, id)))
                            .doOnNext(read -> {
                                if (read < value) {
                                    stale.increment();
                                }
                            });
                })
                .with(new Variant.Note("stale reads", stale::sum));
    }

    /** Never lowers a value, so that what is read is old only where the server is behind. */
    private Mono<String> write(long id, long value) {
        return with(primary, connection -> update(connection
                        .createStatement("UPDATE registers SET value = greatest(value, $1) WHERE id = $2")
                        .bind(0, value)
                        .bind(1, id))
                .thenMany(Flux.from(connection
                                .createStatement("SELECT pg_current_wal_lsn()::text")
                                .execute())
                        .flatMap(result -> result.map((row, meta) -> row.get(0, String.class)))));
    }

    private Mono<Long> replayed(String position) {
        return with(
                        replica,
                        connection -> sum(connection.createStatement(REPLAYED).bind(0, position)))
                .filter(yes -> yes == 1)
                .repeatWhenEmpty(1_000, tries -> tries.delayElements(Duration.ofMillis(1)));
    }
}
