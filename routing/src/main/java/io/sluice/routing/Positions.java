package io.sluice.routing;

import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import io.sluice.routing.pool.PooledLease;
import io.sluice.routing.topology.Cluster;
import io.sluice.routing.topology.NodeState;
import io.sluice.routing.wire.WireAnswer;
import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireRow;
import io.sluice.routing.wire.WireStatement;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes tokens.
 *
 * <p>Which position covers a commit depends on how it was made: with {@code synchronous_commit} on, the commit record
 * is flushed before the client hears of it, so the flush position covers it. With it off only the insert position
 * does; that one is not used for all, because it also counts what others have not committed yet, and a replica would
 * be waited for in vain.
 */
final class Positions {

    private static final int TIMELINE_DIGITS = 8;
    private static final String MODE_COLUMN = "sluice_commit_mode";
    private static final String SYNCHRONOUS = "SELECT current_setting('synchronous_commit') AS " + MODE_COLUMN;

    /**
     * How the session commits, the flush and the insert position, the log file; on a replica the replay position alone. One
     * text and as few expressions as can be: it is planned anew behind every commit.
     */
    private static final String POSITION = """
            SELECT CASE WHEN pg_is_in_recovery()
                   THEN concat_ws(' ', current_setting('synchronous_commit'), pg_last_wal_replay_lsn())
                   ELSE concat_ws(' ', current_setting('synchronous_commit'), pg_current_wal_flush_lsn(),
                                  pg_current_wal_insert_lsn(), pg_walfile_name(pg_current_wal_insert_lsn())) END
            """;

    private static final WireBatch COMMIT_AND_POSITION = WireBatch.of(
            WireBatch.Step.of(WireStatement.of(SYNCHRONOUS)),
            WireBatch.Step.of(WireStatement.of("COMMIT")),
            WireBatch.Step.of(WireStatement.of(POSITION)));

    private final Cluster cluster;
    private final boolean asyncCommit;

    Positions(Cluster cluster, boolean asyncCommit) {
        this.cluster = cluster;
        this.asyncCommit = asyncCommit;
    }

    /**
     * What {@code lease} has committed is covered, on a replica what it has seen. The node's monitor asks, once for
     * everybody who wants a token at that moment; the connection itself where it may commit in its own way.
     */
    Mono<ConsistencyToken> token(String node, PooledLease lease) {
        Mono<ConsistencyToken> own = Mono.defer(() -> position(lease))
                .map(position -> position.token(asyncCommit || position.sessionIsAsynchronous()))
                .map(token -> token.timeline() == 0 ? new ConsistencyToken(timeline(node), token.lsn()) : token);
        return Mono.defer(() -> lease.commitModeIsItsOwn()
                ? own
                : cluster.position(node, asyncCommit).switchIfEmpty(own));
    }

    /**
     * Three questions in one round trip: how the transaction commits (a {@code SET LOCAL} is gone afterwards), the
     * commit, and where the log stands then. The answers come in that order: when the last question fails, the commit has
     * been made, so that its error must not be taken for one of the commit.
     */
    Mono<ConsistencyToken> commitAndToken(String node, PooledLease lease) {
        return Mono.defer(() -> {
            Mode mode = new Mode(asyncCommit);
            Mono<ConsistencyToken> before = lease.simple(SYNCHRONOUS)
                    .flatMap(result -> result.map((row, metadata) -> text(row, 0)))
                    .doOnNext(mode::commitsWith)
                    .onErrorComplete()
                    .then(Mono.empty());
            Mono<ConsistencyToken> commit = lease.commitTransaction().then(Mono.empty());
            Mono<ConsistencyToken> after = position(lease)
                    .map(position -> position.token(mode.asynchronous()))
                    .onErrorResume(PostgresqlException.class::isInstance, refused -> token(node, lease))
                    .onErrorMap(
                            PostgresqlException.class::isInstance,
                            refused -> new CommittedWithoutTokenException(node, refused));
            return Flux.merge(before, commit, after).single();
        });
    }

    /** As the other, everything in one message: the server goes no further than to the first error. */
    Mono<ConsistencyToken> commitAndToken(String node, PooledLease lease, String last) {
        return Mono.defer(() -> {
            CommitAnswers answers = new CommitAnswers(new Mode(asyncCommit));
            lease.noteCommitMode(last);
            return lease.simple(last + ";" + SYNCHRONOUS + ";COMMIT;" + POSITION)
                    .concatMapDelayError(answers::read)
                    .then(Mono.fromSupplier(answers::token))
                    .as(token -> orAskedAgain(token, answers::committed, node, lease));
        });
    }

    /** As the other, with values in binary. */
    Mono<ConsistencyToken> commitAndToken(String node, PooledLease lease, WireBatch last) {
        return Mono.defer(() -> {
            BatchAnswers answers = new BatchAnswers(last.steps().size(), new Mode(asyncCommit));
            lease.noteCommitMode(last);
            return lease.ownBatch(last.then(COMMIT_AND_POSITION), answers)
                    .then(Mono.fromSupplier(answers::token))
                    .as(token -> orAskedAgain(token, answers::committed, node, lease));
        });
    }

    /** Once the commit has been made, an error of the server is none of it: then the position is asked for by itself. */
    private Mono<ConsistencyToken> orAskedAgain(
            Mono<ConsistencyToken> token, BooleanSupplier committed, String node, PooledLease lease) {
        Predicate<Throwable> ofThePosition = error -> committed.getAsBoolean() && error instanceof PostgresqlException;
        return token.onErrorResume(ofThePosition, refused -> token(node, lease))
                .onErrorMap(ofThePosition, refused -> new CommittedWithoutTokenException(node, refused));
    }

    /** A server in recovery cannot say which timeline it replays without privileges; its monitor has found out. */
    private int timeline(String node) {
        NodeState state = cluster.state().node(node);
        return state == null ? 0 : state.timeline();
    }

    private static Mono<Position> position(PooledLease lease) {
        return lease.simple(POSITION)
                .flatMap(result -> result.map((row, metadata) -> Position.of(text(row, 0))))
                .single();
    }

    private static String text(Row row, int column) {
        return Objects.requireNonNull(row.get(column, String.class));
    }

    private record Position(Lsn flushed, Lsn inserted, int timeline, boolean sessionIsAsynchronous) {

        static Position of(String answer) {
            String[] parts = answer.split(" ", -1);
            boolean asynchronous = "off".equals(parts[0]);
            Lsn first = Lsn.parse(parts[1]);
            return parts.length == 2
                    ? new Position(first, first, 0, asynchronous)
                    : new Position(first, Lsn.parse(parts[2]), timelineOf(parts[3]), asynchronous);
        }

        /** The name of a log file begins with its timeline, in hexadecimal digits. */
        private static int timelineOf(String file) {
            return Integer.parseUnsignedInt(file, 0, TIMELINE_DIGITS, 16);
        }

        ConsistencyToken token(boolean asynchronous) {
            return new ConsistencyToken(timeline, asynchronous ? inserted.withoutPageHeader() : flushed);
        }
    }

    /** Results in the order of the statements: any, the mode, that of COMMIT, the position. */
    private static final class CommitAnswers {

        private final Mode mode;
        private int behindTheMode;
        private boolean modeKnown;
        private @Nullable Position position;

        CommitAnswers(Mode mode) {
            this.mode = mode;
        }

        Flux<Boolean> read(PostgresqlResult result) {
            return result.map((row, columns) -> committed() ? position(row) : mode(row, columns))
                    .doOnComplete(() -> behindTheMode += modeKnown ? 1 : 0);
        }

        private boolean mode(Row row, RowMetadata columns) {
            modeKnown = columns.contains(MODE_COLUMN);
            if (modeKnown) {
                mode.commitsWith(text(row, 0));
            }
            return modeKnown;
        }

        /** The mode's own result has ended, and that of COMMIT. */
        private boolean committed() {
            return behindTheMode >= 2;
        }

        private boolean position(Row row) {
            position = Position.of(text(row, 0));
            return true;
        }

        ConsistencyToken token() {
            return Objects.requireNonNull(position).token(mode.asynchronous());
        }
    }

    /** As {@link CommitAnswers}, of a batch: behind its own statements the mode, COMMIT, the position. */
    private static final class BatchAnswers implements WireAnswer {

        private final int modeStep;
        private final Mode mode;
        private volatile boolean committed;
        private volatile @Nullable Position position;

        BatchAnswers(int modeStep, Mode mode) {
            this.modeStep = modeStep;
            this.mode = mode;
        }

        @Override
        public void row(int step, WireRow row) {
            if (step == modeStep) {
                mode.commitsWith(row.text(0));
            } else if (step > modeStep) {
                position = Position.of(row.text(0));
            }
        }

        @Override
        public void executed(int step) {
            committed |= step > modeStep;
        }

        ConsistencyToken token() {
            return Objects.requireNonNull(position).token(mode.asynchronous());
        }

        boolean committed() {
            return committed;
        }
    }

    /** Answers arrive in the order of the questions, so the mode is known when the position comes. */
    private static final class Mode {

        private volatile boolean asynchronous;

        Mode(boolean asynchronous) {
            this.asynchronous = asynchronous;
        }

        void commitsWith(String setting) {
            asynchronous |= "off".equals(setting);
        }

        boolean asynchronous() {
            return asynchronous;
        }
    }
}
