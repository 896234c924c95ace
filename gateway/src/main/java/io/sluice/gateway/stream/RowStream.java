package io.sluice.gateway.stream;

import io.r2dbc.spi.Statement;
import io.sluice.gateway.arrow.ArrowField;
import io.sluice.gateway.text.EntityTag;
import io.sluice.gateway.text.Output;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.resilience.Failures;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableChannel;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The rows of one answer on their way from a statement to a client. One instance per answer.
 *
 * <p>Rows are written into buffers of 32 KiB. A buffer goes out when it is full, and at once when the source pauses;
 * but the first 128 KiB are gathered first, so that a smaller answer has its length, and a failure in it its status, or
 * is made good by another server. NDJSON and SSE are read as they come: theirs wait 20 ms at most.
 * Rows are asked for as the client takes them; where 256 KiB of them wait for the client, no more is read from the
 * server.
 *
 * <p>Until the first buffer is there, nothing is sent: a failure before it is an ordinary error, the status line
 * included. A failure after it writes an error record in the answer's format and then fails, which aborts the
 * connection. A cancelled answer cancels the statement, and so does a client that takes nothing for too long.
 */
public final class RowStream {

    /** Carries the number of rows, as a trailer where rows were streamed. */
    public static final String ROWS = "Sluice-Rows";

    /** Answers up to this size are not worth going on with where they break off. */
    private static final long PAGE = 64;

    private static final int ROUND = 1024;
    private static final int MOST_CONTINUATIONS = 16;
    private static final Logger log = LoggerFactory.getLogger(RowStream.class);

    private final RowFormat format;
    private final List<String> columns;
    private final List<ArrowField> fields;
    private final StreamLimits limits;
    private final AnswerHead head = new Head();
    private volatile RowWriter writer;
    private final Placement placement;

    /** The runs of the answer, the last one last. */
    private final Deque<RowSubscriber> runs = new ConcurrentLinkedDeque<>();

    /** How often it was gone on with. */
    private int continuations;

    /** Whether anybody goes on with it. */
    private boolean inOneGo;

    private long since;
    private @Nullable ServerHttpResponse response;
    private volatile @Nullable String tag;
    private volatile @Nullable String encoding;
    private volatile @Nullable Packing packing;

    RowStream(
            RowFormat format, List<String> columns, List<ArrowField> fields, StreamLimits limits, Placement placement) {
        this.format = format;
        this.placement = placement;
        this.limits = limits;
        this.columns = List.copyOf(columns);
        this.fields = List.copyOf(fields);
        this.writer = format.writer(this.columns, this.fields, placement);
    }

    /**
     * An answer in {@code format} without any limits. {@code columns} are the names of the columns in their order; they
     * make the header of a CSV answer without rows and matter nowhere else.
     */
    public static RowStream of(RowFormat format, List<String> columns) {
        return new RowStream(format, columns, List.of(), StreamLimits.NONE, Placement.NONE);
    }

    /**
     * How many of at most {@code limit} rows a server is asked for at a time, 0 for all of them: what bounds an answer is
     * that its socket is not read. But a replica that stands still in sending does not hear of replay's conflicts with
     * its query; between rounds that the kernels can hold it does.
     */
    public static int fetchSize(RoutedConnection connection, long limit) {
        return connection.primary() || !isLong(limit) ? 0 : ROUND;
    }

    /** Whether that many rows are more than a page. */
    public static boolean isLong(long limit) {
        return limit > PAGE;
    }

    /**
     * Runs the statement on each subscription, of which there must be one at a time, and writes its rows, as they come
     * over the wire where the connection has nothing else to do. The statement should have at least one bound parameter:
     * without one the driver keeps up to 256 rows of its own where it has them.
     *
     * @param connection the connection whose statement it is
     * @return buffers, each with a flush behind it, for {@link #writeTo}
     */
    public Flux<Publisher<DataBuffer>> rows(Statement statement, RoutedConnection connection) {
        return rows(
                statement, connection.node(), connection::reading, rows -> connection.rowsTo(statement, rows.wire()));
    }

    private Flux<Publisher<DataBuffer>> rows(
            Statement statement, String server, Tap tap, Consumer<RowSubscriber> toBegin) {
        Consumer<RowSubscriber> started = toBegin.andThen(runs::add);
        return Flux.defer(() -> {
            if (continuations > 0) {
                return new RowBuffers(statement, run(server, tap, Run.Begin.CONTINUED), started);
            }
            writer = format.writer(this.columns, this.fields, placement);
            tag = null;
            dropPacking();
            since = limits.now();
            return new RowBuffers(statement, run(server, tap, Run.Begin.FRESH), started);
        });
    }

    /** Of a run before, of which nothing was sent. */
    private void dropPacking() {
        Packing before = packing;
        if (before != null) {
            before.end();
            packing = null;
        }
    }

    private Run run(String server, Tap tap, Run.Begin begin) {
        StreamLimits wanted = begin == Run.Begin.FAILED ? limits.withoutShare() : limits;
        return new Run(
                writer,
                format.firstBuffer(),
                head,
                new StreamWatch(wanted, server, since),
                tap,
                begin,
                error -> begin != Run.Begin.FAILED && goesOn(error));
    }

    private boolean goesOn(Throwable error) {
        return inOneGo
                && placement.columns() > 0
                && continuations < MOST_CONTINUATIONS
                && Failures.anotherNodeMayHelp(error);
    }

    /**
     * The answer in one piece though its server may be lost halfway: where rows say where they stand, another run takes
     * over behind the last one. A client does not notice, but the rest is as the other server has it at that moment.
     *
     * @param run the {@link #rows} of a run behind a place, with the connection around it; from the first row on for null
     */
    public Flux<Publisher<DataBuffer>> inOneGo(Function<@Nullable Place, ? extends Flux<Publisher<DataBuffer>>> run) {
        return Flux.defer(() -> {
            inOneGo = true;
            return run.apply(null).onErrorResume(BrokenOffException.class, lost -> rest(run, lost));
        });
    }

    private Flux<Publisher<DataBuffer>> rest(
            Function<@Nullable Place, ? extends Flux<Publisher<DataBuffer>>> run, BrokenOffException lost) {
        continuations++;
        Place place = new Place(writer.place().values(), writer.rows());
        log.info("an answer goes on behind its row {} from another server: {}", place.rows(), lost.getMessage());
        return run.apply(place)
                .onErrorResume(error -> error instanceof BrokenOffException again ? rest(run, again) : failed(error));
    }

    private Flux<Publisher<DataBuffer>> failed(Throwable error) {
        RowSubscriber last = runs.peekLast();
        return last != null && last.told()
                ? Flux.error(error)
                : RowBuffers.failed(error, run("", Tap.OPEN, Run.Begin.FAILED), runs::add);
    }

    /** The entity tag of an answer that fits the first buffer, once that is there; null for a longer one. */
    public @Nullable String tag() {
        return tag;
    }

    /** The same for an answer without limits, of a connection that is read as fast as it can be. */
    public Flux<Publisher<DataBuffer>> rows(Statement statement) {
        return rows(statement, "", Tap.OPEN, rows -> {});
    }

    /** Rows written so far; the total once the answer is complete. */
    public long count() {
        return writer.rows();
    }

    /**
     * The same with a client that takes what the header {@code Accept-Encoding} says: a long answer is packed where that
     * names zstd, Brotli or gzip. A short one is not, so that it keeps its length and its tag.
     */
    public Mono<Void> writeTo(
            ServerHttpResponse target,
            @Nullable String acceptEncoding,
            Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return Mono.defer(() -> {
            if (limits.compression()) {
                target.getHeaders().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
                encoding = acceptEncoding == null ? null : AcceptEncoding.choose(acceptEncoding);
            }
            return writeTo(target, body);
        });
    }

    /**
     * Writes the answer: content type, body with flush control, and the number of rows as a trailer where HTTP allows.
     *
     * @param body {@link #rows}, usually inside the {@code usingWhen} that holds the connection
     */
    public Mono<Void> writeTo(ServerHttpResponse target, Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return Mono.defer(() -> {
            response = target;
            target.getHeaders().setContentType(format.mediaType());
            announceTrailer(target);
            return target.writeAndFlushWith(body).doFinally(end -> giveBack());
        });
    }

    /**
     * Releases the buffers that nobody has taken. Those on their way when a client leaves reach nobody: a source that has
     * ended hears of no cancellation, and Spring drops what it holds. {@link #writeTo} does this at its end; whoever takes
     * {@link #rows} in another way calls it then.
     */
    public void giveBack() {
        runs.forEach(RowSubscriber::cancel);
        Packing open = packing;
        if (open != null) {
            open.end();
        }
    }

    private void announceTrailer(ServerHttpResponse target) {
        if (ServerHttpResponseDecorator.getNativeResponse(target) instanceof HttpServerResponse netty) {
            target.getHeaders().set(HttpHeaders.TRAILER, ROWS);
            netty.trailerHeaders(trailers -> trailers.set(ROWS, Long.toString(count())));
        }
    }

    private final class Head implements AnswerHead {

        @Override
        public void whole(Output out) {
            tag = EntityTag.of(out.bytes, 0, out.length);
            ServerHttpResponse target = response;
            if (target != null && !target.isCommitted()) {
                HttpHeaders headers = target.getHeaders();
                headers.remove(HttpHeaders.TRAILER);
                headers.setContentLength(out.length);
            }
        }

        @Override
        public @Nullable Packing begin() {
            ServerHttpResponse target = response;
            String chosen = encoding;
            if (packing == null && chosen != null && target != null && !target.isCommitted()) {
                target.getHeaders().set(HttpHeaders.CONTENT_ENCODING, chosen);
                packing = Packing.of(chosen);
            }
            return packing;
        }

        /** An error alone would wait behind what the client does not take. */
        @Override
        public void hangUp() {
            ServerHttpResponse target = response;
            if (target != null
                    && ServerHttpResponseDecorator.getNativeResponse(target) instanceof HttpServerResponse netty) {
                netty.withConnection(DisposableChannel::dispose);
            }
        }
    }
}
