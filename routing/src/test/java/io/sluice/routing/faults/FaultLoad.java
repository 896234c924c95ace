package io.sluice.routing.faults;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.Routing;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.consistency.ConsistencyToken;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sessions that write and then read with the token of what they wrote, beside readers that ask for nothing special. All
 * go on through errors, which are kept; what a session reads is compared with what it has written.
 */
final class FaultLoad implements AutoCloseable {

    /** What each caller allows a request, longer than the router's own acquire timeout. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(20);

    enum Kind {
        WRITE,
        TOKEN_READ,
        READ
    }

    /** A request that failed, and when it had begun. */
    record Failure(Kind kind, long beganNanos, Throwable error) {}

    private final RoutingConnectionFactory factory;
    private final Disposable.Composite running = Disposables.composite();
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final List<String> stale = new CopyOnWriteArrayList<>();
    private final AtomicInteger sessionIds = new AtomicInteger();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong tokenReads = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();

    FaultLoad(RoutingConnectionFactory factory) {
        this.factory = factory;
    }

    /** Each session has a row of its own in table {@code registers (id int primary key, value bigint)}, from 1 on. */
    FaultLoad sessions(int sessions) {
        for (int i = 0; i < sessions; i++) {
            go(new Session(sessionIds.incrementAndGet()).round());
        }
        return this;
    }

    FaultLoad readers(int readers) {
        for (int reader = 0; reader < readers; reader++) {
            go(observed(Kind.READ, reads, read("SELECT count(*) FROM registers WHERE id > $1", 0)));
        }
        return this;
    }

    private void go(Mono<?> request) {
        running.add(request.repeat().subscribe(done -> {}, error -> stale.add("the load itself failed: " + error)));
    }

    long writes() {
        return writes.get();
    }

    long tokenReads() {
        return tokenReads.get();
    }

    long reads() {
        return reads.get();
    }

    /** What was read although the session's token forbids it; empty in the end. */
    List<String> stale() {
        return stale;
    }

    List<Failure> failures() {
        return failures;
    }

    /** What failed so far does not count: opening the first connections on a busy machine, for example. */
    void forgetFailures() {
        failures.clear();
    }

    @Override
    public void close() {
        running.dispose();
    }

    private <T> Mono<T> observed(Kind kind, AtomicLong counter, Mono<T> request) {
        return Mono.defer(() -> {
            long began = System.nanoTime();
            return request.timeout(PATIENCE)
                    .doOnNext(done -> counter.incrementAndGet())
                    .onErrorResume(error -> {
                        failures.add(new Failure(kind, began, error));
                        return Mono.delay(PAUSE_AFTER_ERROR).then(Mono.empty());
                    });
        });
    }

    /**
     * The row is taken inside the work: a server that is stopped may send it and end the connection before it says that
     * the statement is complete, and what was emitted is not tried again.
     */
    private Mono<Long> read(String sql, int parameter) {
        return factory.<Long>read(
                        connection -> number(connection, sql, parameter).single())
                .single();
    }

    private static Flux<Long> number(Connection connection, String sql, int parameter) {
        return Flux.from(connection.createStatement(sql).bind(0, parameter).execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)));
    }

    /** One register, which only this session writes. */
    private final class Session {

        private final int id;
        private long attempted;
        private long acknowledged;
        private @Nullable ConsistencyToken token;

        Session(int id) {
            this.id = id;
        }

        Mono<Void> round() {
            return observed(Kind.WRITE, writes, Mono.defer(this::write))
                    .then(observed(Kind.TOKEN_READ, tokenReads, Mono.defer(this::readBack)))
                    .then();
        }

        /** Never lowers the value: a statement that a cut network held up may arrive after its successors. */
        private Mono<ConsistencyToken> write() {
            long value = ++attempted;
            return factory.<ConsistencyToken>write(connection -> update(connection, value))
                    .single()
                    .doOnNext(position -> {
                        acknowledged = value;
                        token = position;
                    });
        }

        private Mono<ConsistencyToken> update(RoutedConnection connection, long value) {
            return Flux.from(connection
                            .createStatement("UPDATE registers SET value = greatest(value, $1) WHERE id = $2")
                            .bind(0, value)
                            .bind(1, id)
                            .execute())
                    .flatMap(Result::getRowsUpdated)
                    .then(connection.token());
        }

        private Mono<Long> readBack() {
            ConsistencyToken position = token;
            if (position == null) {
                return Mono.empty();
            }
            return factory.<Long>read(connection -> number(connection, "SELECT value FROM registers WHERE id = $1", id)
                            .single()
                            .doOnNext(value -> check(value, connection.node(), position)))
                    .single()
                    .contextWrite(Routing.token(position));
        }

        private void check(long value, String node, ConsistencyToken position) {
            if (value < acknowledged || value > attempted) {
                stale.add("session " + id + " read " + value + " from " + node + " with " + position + " after writing "
                        + acknowledged + " (attempted " + attempted + ")");
            }
        }
    }
}
