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
    private final RowWriter writer;
    private final FirstBuffer first;
    private final RowSubscriber.Answer answer;
    private final StreamWatch watch;
    private final Consumer<RowSubscriber> started;

    RowBuffers(
            Statement statement,
            RowWriter writer,
            FirstBuffer first,
            RowSubscriber.Answer answer,
            StreamWatch watch,
            Consumer<RowSubscriber> started) {
        this.statement = statement;
        this.writer = writer;
        this.first = first;
        this.answer = answer;
        this.watch = watch;
        this.started = started;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Publisher<DataBuffer>> actual) {
        RowSubscriber subscriber = new RowSubscriber(actual, writer, first, answer, watch);
        started.accept(subscriber);
        Flux.defer(statement::execute)
                .concatMap(result -> result.map(subscriber::append), 1)
                .subscribe(subscriber);
    }
}
