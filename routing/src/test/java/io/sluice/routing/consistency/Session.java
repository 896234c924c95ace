package io.sluice.routing.consistency;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.Routing;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One client that writes and reads registers, one request after the other, and knows for each the least that it may be
 * shown: what it has written and what it has read, by itself or where it got its token from.
 */
final class Session {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(10);
    private static final String INCREMENT = "UPDATE registers SET value = value + 1 WHERE id = $1 RETURNING value";
    private static final String SELECT = "SELECT value FROM registers WHERE id = $1";
    private static final Duration STALENESS = Duration.ofSeconds(1);

    /** Which tokens a session carries along; with fewer than all it has to see old values sooner or later. */
    enum Tokens {
        ALL,
        OF_WRITES,
        NONE
    }

    /** What a session may do. {@code asynchronous} is the share of its transactions that do not wait for the disk. */
    record Habits(Tokens tokens, double writes, double asynchronous) {}

    /**
     * What a session knows: its token, and for each register what that promises.
     *
     * <p>A replica may show a commit before the primary does, which waits for standbys to confirm it. So what was read
     * from a replica ({@code glimpsed}) binds the primary only when it is confirmed; what was written, or read from the
     * primary ({@code certain}), binds every node.
     */
    private record Knowledge(@Nullable ConsistencyToken token, long[] certain, long[] glimpsed) {

        static Knowledge nothing(int registers) {
            return new Knowledge(null, new long[registers], new long[registers]);
        }

        Knowledge with(@Nullable ConsistencyToken more, int register, long value, boolean replica) {
            return new Knowledge(
                    later(token, more),
                    replica ? certain : raised(certain, register, value),
                    replica ? raised(glimpsed, register, value) : glimpsed);
        }

        Knowledge and(Knowledge other) {
            return new Knowledge(
                    later(token, other.token), higher(certain, other.certain), higher(glimpsed, other.glimpsed));
        }

        /** What {@code register} must show at least, where so much was confirmed before the request began. */
        long least(int register, boolean replica, long confirmed) {
            long known = replica ? glimpsed[register] : Math.min(glimpsed[register], confirmed);
            return Math.max(certain[register], known);
        }

        private static long[] raised(long[] values, int index, long value) {
            long[] raised = values.clone();
            raised[index] = Math.max(raised[index], value);
            return raised;
        }

        private static long[] higher(long[] left, long[] right) {
            long[] higher = left.clone();
            Arrays.setAll(higher, i -> Math.max(left[i], right[i]));
            return higher;
        }

        private static @Nullable ConsistencyToken later(
                @Nullable ConsistencyToken left, @Nullable ConsistencyToken right) {
            return left == null || right == null ? (left == null ? right : left) : left.max(right);
        }
    }

    private record Seen(long value, String node, boolean replica, ConsistencyToken token) {}

    private final String name;
    private final Sessions all;
    private final Habits habits;
    private final List<Register> registers;
    private final Random random;
    private final AtomicLong succeeded = new AtomicLong();
    private volatile Knowledge knowledge;

    Session(String name, Sessions all, Habits habits, List<Register> registers, Random random) {
        this.name = name;
        this.all = all;
        this.habits = habits;
        this.registers = registers;
        this.random = random;
        this.knowledge = Knowledge.nothing(registers.size());
    }

    long succeeded() {
        return succeeded.get();
    }

    /** One request of a kind chosen at random, then the next, until cancelled. */
    Flux<Void> requests() {
        return Mono.defer(this::request)
                .timeout(PATIENCE)
                .doOnSuccess(done -> succeeded.incrementAndGet())
                .onErrorResume(error -> {
                    all.failed(error);
                    return Mono.delay(PAUSE_AFTER_ERROR).then();
                })
                .repeat();
    }

    private Mono<Void> request() {
        int register = random.nextInt(registers.size());
        if (random.nextDouble() < habits.writes()) {
            return random.nextBoolean() ? write(register, this::byItself) : write(register, this::inTransaction);
        }
        return switch (random.nextInt(10)) {
            case 0 -> Mono.fromRunnable(this::adopt);
            case 1 -> read(register, ConsistencyLevel.STRONG, Duration.ZERO);
            case 2, 3 -> read(register, ConsistencyLevel.bounded(STALENESS), STALENESS);
            default -> read(register, ConsistencyLevel.SESSION, null);
        };
    }

    /** Goes on from where another session stands, as if its client had handed over its token. */
    private void adopt() {
        knowledge = knowledge.and(all.any(random).knowledge);
    }

    private Mono<Void> write(int register, BiFunction<RoutedConnection, Mono<Long>, Mono<ConsistencyToken>> how) {
        Register model = registers.get(register);
        long before = model.acknowledgedAt(model.now());
        AtomicLong written = new AtomicLong();
        model.begin();
        return all.factory()
                .<ConsistencyToken>write(connection -> how.apply(
                        connection, value(connection, INCREMENT, register).doOnNext(written::set)))
                .single()
                .doOnNext(token -> wrote(register, before, written.get(), token))
                .then();
    }

    private Mono<ConsistencyToken> byItself(RoutedConnection connection, Mono<Long> increment) {
        return increment.then(connection.token());
    }

    private Mono<ConsistencyToken> inTransaction(RoutedConnection connection, Mono<Long> increment) {
        return Mono.from(connection.beginTransaction())
                .then(random.nextDouble() < habits.asynchronous() ? asynchronous(connection) : Mono.empty())
                .then(increment)
                .then(connection.commitAndToken());
    }

    private static Mono<Void> asynchronous(Connection connection) {
        return Flux.from(connection
                        .createStatement("SET LOCAL synchronous_commit = off")
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .then();
    }

    private void wrote(int register, long before, long value, ConsistencyToken token) {
        if (!registers.get(register).acknowledge(value) || value <= before) {
            all.violated(name + " wrote " + value + " of register " + register + " after " + before
                    + " had been confirmed: a confirmed write is lost");
        }
        knowledge = knowledge.with(habits.tokens() == Tokens.NONE ? null : token, register, value, false);
    }

    /** @param staleness what was confirmed so long ago must be seen; null for nothing but what the token promises */
    private Mono<Void> read(int register, ConsistencyLevel level, @Nullable Duration staleness) {
        Knowledge known = knowledge;
        Register model = registers.get(register);
        long confirmed = model.acknowledgedAt(model.now());
        long promised = staleness == null ? 0 : model.acknowledgedAt(model.now() - staleness.toNanos());
        return all.factory()
                .<Seen>read(connection -> value(connection, SELECT, register)
                        .flatMap(value -> connection.token().map(token -> seen(connection, value, token))))
                .single()
                .contextWrite(Routing.consistency(level))
                .contextWrite(known.token() == null ? context -> context : Routing.token(known.token()))
                .doOnNext(seen -> {
                    long least = Math.max(known.least(register, seen.replica(), confirmed), promised);
                    check(register, least, seen, level + " with token " + known.token());
                })
                .then();
    }

    private static Seen seen(RoutedConnection connection, long value, ConsistencyToken token) {
        return new Seen(value, connection.node(), !connection.primary(), token);
    }

    private void check(int register, long least, Seen seen, String how) {
        long most = registers.get(register).highestPossible();
        if (seen.value() < least || seen.value() > most) {
            all.violated(name + " read " + seen.value() + " from " + seen.node() + " in register " + register
                    + ", which had to be " + least + " to " + most + " (" + how + ")");
        }
        ConsistencyToken kept = habits.tokens() == Tokens.ALL ? seen.token() : null;
        knowledge = knowledge.with(kept, register, seen.value(), seen.replica());
    }

    private static Mono<Long> value(Connection connection, String sql, int register) {
        return Flux.from(connection.createStatement(sql).bind(0, register).execute())
                .flatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)))
                .single();
    }
}
