package io.sluice.routing.pool;

import io.sluice.routing.WireColumn;
import io.sluice.routing.WireRows;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;

/** Rows on their way past the driver. Their first sign is the first sign of an answer. */
final class Diverted implements WireRows {

    private final WireRows target;
    private final Watch<?> watch;

    private Diverted(WireRows target, Watch<?> watch) {
        this.target = target;
        this.watch = watch;
    }

    /**
     * A conversation whose rows go to {@code target}. Where others are under way on the same connection, the driver keeps
     * its rows: it could be theirs that are taken. To be subscribed to on the connection's loop.
     */
    static <T> Flux<T> flux(Flux<T> source, WireRows target, RowDiversion diversion, InFlight inFlight) {
        return new FluxOperator<T, T>(source) {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                Watch<?> watch = inFlight.only();
                if (watch == null) {
                    source.subscribe(actual);
                } else {
                    WireRows diverted = new Diverted(target, watch);
                    diversion.begin(diverted);
                    source.doOnTerminate(() -> diversion.end(diverted)).subscribe(actual);
                }
            }
        };
    }

    @Override
    public Set<Integer> binaryTypes(Map<String, String> parameters) {
        return target.binaryTypes(parameters);
    }

    @Override
    public void columns(List<WireColumn> columns) {
        watch.answered();
        target.columns(columns);
    }

    @Override
    public void row(byte[] bytes, int from) {
        target.row(bytes, from);
    }

    @Override
    public void arrived() {
        target.arrived();
    }
}
