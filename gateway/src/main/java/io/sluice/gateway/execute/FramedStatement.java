package io.sluice.gateway.execute;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Statement;
import io.sluice.gateway.query.Frame;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Takes the frame off a statement's rows on their way to a row writer. It is executed once and not changed before. */
final class FramedStatement implements Statement {

    /** Stands for a row that carried the frame only; row writers look at nothing but that something came. */
    private static final Object NO_ROW = new Object();

    private final Statement statement;
    private final Consumer<FrameValues> frame;

    FramedStatement(Statement statement, Consumer<FrameValues> frame) {
        this.statement = statement;
        this.frame = frame;
    }

    @Override
    public Publisher<? extends Result> execute() {
        return Flux.from(statement.execute()).map(result -> new FramedResult(result, frame));
    }

    @Override
    public Statement add() {
        throw complete();
    }

    @Override
    public Statement bind(int index, Object value) {
        throw complete();
    }

    @Override
    public Statement bind(String name, Object value) {
        throw complete();
    }

    @Override
    public Statement bindNull(int index, Class<?> type) {
        throw complete();
    }

    @Override
    public Statement bindNull(String name, Class<?> type) {
        throw complete();
    }

    private static UnsupportedOperationException complete() {
        return new UnsupportedOperationException("The statement is complete");
    }

    private record FramedResult(Result result, Consumer<FrameValues> frame) implements Result {

        @Override
        @SuppressWarnings("unchecked")
        public <T> Publisher<T> map(BiFunction<Row, RowMetadata, ? extends T> mapping) {
            AtomicBoolean first = new AtomicBoolean(true);
            FramedRow[] view = new FramedRow[1];
            return result.map((row, metadata) -> {
                if (first.getAndSet(false)) {
                    frame.accept(FrameValues.of(row));
                    view[0] = new FramedRow(metadata);
                }
                if (row.get(Frame.PRESENT.index()) == null) {
                    return (T) NO_ROW;
                }
                return mapping.apply(view[0].showing(row), view[0].getMetadata());
            });
        }

        @Override
        public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapping) {
            return map((row, metadata) -> mapping.apply(row));
        }

        @Override
        public Publisher<Long> getRowsUpdated() {
            return result.getRowsUpdated();
        }

        @Override
        public Result filter(Predicate<Segment> filter) {
            throw complete();
        }

        @Override
        public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapping) {
            throw complete();
        }
    }
}
