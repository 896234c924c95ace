package io.sluice.transactions.tx;

import io.sluice.routing.RoutedConnection;
import io.sluice.routing.wire.WireAnswer;
import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireRow;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A transaction whose first statements follow BEGIN, and whose last precede COMMIT, in the same round trip. */
public final class PipelinedTx {

    private final RoutedConnection connection;
    private final Supplier<Beginning> begin;
    private volatile @Nullable Last last;

    PipelinedTx(RoutedConnection connection, Supplier<Beginning> begin) {
        this.connection = connection;
        this.begin = begin;
    }

    /**
     * BEGIN, the limits and the first statements as one message, sent when it is subscribed to: once, before anything
     * else. It ends when the server has executed them.
     *
     * @param answer gets their rows, the first of {@code statements} being 0
     */
    public Mono<Void> begin(WireBatch statements, WireAnswer answer) {
        return Mono.defer(() -> {
            WireBatch beginning = begin.get().batch();
            return connection.batch(
                    beginning.then(statements), behind(beginning.steps().size(), answer));
        });
    }

    private static WireAnswer behind(int first, WireAnswer answer) {
        return new WireAnswer() {
            @Override
            public void row(int step, WireRow row) {
                if (step >= first) {
                    answer.row(step - first, row);
                }
            }

            @Override
            public void executed(int step) {
                if (step >= first) {
                    answer.executed(step - first);
                }
            }
        };
    }

    public RoutedConnection connection() {
        return connection;
    }

    /**
     * The last statements, sent together with COMMIT when everything else is done. Where one of them fails the transaction
     * is rolled back and that error is the transaction's.
     *
     * @param statements rows of them are not looked at
     * @param errors what errors of the statements and of the COMMIT are to be taken for
     */
    public void withCommit(WireBatch statements, UnaryOperator<Throwable> errors) {
        this.last = new Last(statements, errors);
    }

    record Last(WireBatch statements, UnaryOperator<Throwable> errors) {}

    @Nullable
    Last last() {
        return last;
    }
}
