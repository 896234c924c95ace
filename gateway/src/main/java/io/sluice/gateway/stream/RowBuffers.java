package io.sluice.gateway.stream;

import io.r2dbc.spi.Statement;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** Runs a statement and writes its rows into buffers. For one subscription, since the writer keeps count. */
@SuppressWarnings("overloads") // of Flux.startWith, for a Flux of publishers
final class RowBuffers extends Flux<Publisher<DataBuffer>> {

    private final Statement statement;
    private final Run run;
    private final Consumer<RowSubscriber> started;

    /** {@code started} is told of the subscriber before the statement is executed. */
    RowBuffers(Statement statement, Run run, Consumer<RowSubscriber> started) {
        this.statement = statement;
        this.run = run;
        this.started = started;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Publisher<DataBuffer>> actual) {
        RowSubscriber subscriber = new RowSubscriber(actual, run);
        started.accept(subscriber);
        Flux.defer(statement::execute)
                .concatMap(result -> result.map(subscriber::append), 1)
                .subscribe(subscriber);
    }

    /** Tells that there will be no rest, in the answer's format, and fails. */
    static Flux<Publisher<DataBuffer>> failed(Throwable error, Run run, Consumer<RowSubscriber> started) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Publisher<DataBuffer>> actual) {
                RowSubscriber subscriber = new RowSubscriber(actual, run);
                started.accept(subscriber);
                Flux.error(error).subscribe(subscriber);
            }
        };
    }
}
