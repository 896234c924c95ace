package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * Undoes {@code Content-Encoding: gzip}. What one buffer unfolds to is made piece by piece as it is asked for, so that
 * a small upload of many zeros does not fill the memory. For one subscription, not thread-safe.
 */
final class Inflate {

    private static final int PIECE_BYTES = 32 * 1024;

    private final Inflater inflater = new Inflater(true);
    private final GzipFrame frame = new GzipFrame();
    private boolean closed;

    private Inflate() {}

    static Flux<DataBuffer> gzip(Flux<DataBuffer> body) {
        return Flux.using(Inflate::new, inflate -> inflate.all(body), Inflate::close);
    }

    private Flux<DataBuffer> all(Flux<DataBuffer> body) {
        return body.concatMap(this::pieces, 1).concatWith(Flux.defer(this::requireEnd));
    }

    private Flux<DataBuffer> pieces(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        frame.take(bytes);
        return Flux.generate(this::piece);
    }

    private synchronized void piece(SynchronousSink<DataBuffer> sink) {
        if (closed) {
            sink.complete();
            return;
        }
        byte[] out = new byte[PIECE_BYTES];
        try {
            int count = frame.inflate(inflater, out);
            if (count > 0) {
                sink.next(DefaultDataBufferFactory.sharedInstance.wrap(Arrays.copyOf(out, count)));
            } else {
                sink.complete();
            }
        } catch (DataFormatException e) {
            sink.error(malformed(String.valueOf(e.getMessage())));
        }
    }

    private Flux<DataBuffer> requireEnd() {
        return frame.whole() ? Flux.empty() : Flux.error(malformed("it ends in the middle"));
    }

    private static ApiException malformed(String reason) {
        return new ApiException(HttpStatus.BAD_REQUEST, "SLUICE202", "the body is not gzip: " + reason, null, null);
    }

    private synchronized void close() {
        closed = true;
        inflater.end();
    }
}
