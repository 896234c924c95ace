package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * Undoes a {@code Content-Encoding}. What one buffer unfolds to is made piece by piece as it is asked for, so that a
 * small upload of many zeros does not fill the memory. For one subscription, whose cancel may come on any thread.
 */
abstract class Unpacking {

    private static final int PIECE_BYTES = 32 * 1024;

    private final String encoding;
    private boolean closed;

    Unpacking(String encoding) {
        this.encoding = encoding;
    }

    static Flux<DataBuffer> of(Flux<DataBuffer> body, Supplier<Unpacking> kind) {
        return Flux.using(kind::get, unpacking -> unpacking.all(body), Unpacking::close);
    }

    /** More of the body; what came before is used up. */
    abstract void take(byte[] packed);

    /** Fills {@code out} from its beginning and returns how many bytes there are; none or less where more must be taken. */
    abstract int unpack(byte[] out) throws IOException, DataFormatException;

    /** What is wrong with a body that ends here; null for nothing. */
    abstract @Nullable String fault();

    /** Gives the memory back. */
    abstract void release();

    private Flux<DataBuffer> all(Flux<DataBuffer> body) {
        return body.concatMap(this::pieces, 1).concatWith(Flux.defer(this::requireEnd));
    }

    private Flux<DataBuffer> pieces(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        take(bytes);
        return Flux.generate(this::piece);
    }

    private synchronized void piece(SynchronousSink<DataBuffer> sink) {
        if (closed) {
            sink.complete();
            return;
        }
        byte[] out = new byte[PIECE_BYTES];
        try {
            int count = unpack(out);
            if (count > 0) {
                sink.next(DefaultDataBufferFactory.sharedInstance.wrap(Arrays.copyOf(out, count)));
            } else {
                sink.complete();
            }
        } catch (IOException | DataFormatException e) {
            sink.error(malformed(String.valueOf(e.getMessage())));
        }
    }

    private synchronized Flux<DataBuffer> requireEnd() {
        String fault = closed ? null : fault();
        return fault == null ? Flux.empty() : Flux.error(malformed(fault));
    }

    private ApiException malformed(String reason) {
        return new ApiException(
                HttpStatus.BAD_REQUEST, "SLUICE202", "the body is not " + encoding + ": " + reason, null, null);
    }

    private synchronized void close() {
        closed = true;
        release();
    }
}
