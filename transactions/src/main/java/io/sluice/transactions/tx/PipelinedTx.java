package io.sluice.transactions.tx;

import io.r2dbc.spi.Result;
import io.sluice.routing.RoutedConnection;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A transaction whose first statements follow BEGIN, and whose last precede COMMIT, in the same round trip. */
public final class PipelinedTx {

    private final RoutedConnection connection;
    private final Supplier<String> begin;
    private volatile @Nullable Last last;

    PipelinedTx(RoutedConnection connection, Supplier<String> begin) {
        this.connection = connection;
        this.begin = begin;
    }

    /**
     * BEGIN, the limits and the first statements as one message, sent when it is subscribed to: once, before anything
     * else.
     *
     * @param sql without parameters
     * @return the results of all of it; those of BEGIN and of the limits have no rows
     */
    public Flux<Result> begin(String sql) {
        return Flux.defer(
                () -> Flux.from(connection.createStatement(begin.get() + sql).execute()));
    }

    public RoutedConnection connection() {
        return connection;
    }

    /**
     * The last statements, sent together with COMMIT when everything else is done. Where one of them fails the transaction
     * is rolled back and that error is the transaction's.
     *
     * @param sql without parameters; its results are not looked at
     * @param errors what errors of the statements and of the COMMIT are to be taken for
     */
    public void withCommit(String sql, UnaryOperator<Throwable> errors) {
        this.last = new Last(sql, errors);
    }

    record Last(String sql, UnaryOperator<Throwable> errors) {}

    @Nullable
    Last last() {
        return last;
    }
}
