package io.sluice.gateway.ingest;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.sluice.gateway.error.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/**
 * Undoes {@code Content-Encoding: zstd}, piece by piece as {@link Inflate} does. For one subscription, not thread-safe.
 */
final class Unzstd {

    private static final int PIECE_BYTES = 32 * 1024;

    /** 8 MiB, as RFC 8878 recommends; without a limit the sender would choose how much memory is taken. */
    private static final int WINDOW_LOG_MAX = 23;

    private final Input input = new Input();
    private final ZstdInputStreamNoFinalizer zstd;
    private boolean closed;

    private Unzstd() {
        try {
            zstd = new ZstdInputStreamNoFinalizer(input);
            zstd.setLongMax(WINDOW_LOG_MAX);
            zstd.setContinuous(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Flux<DataBuffer> zstd(Flux<DataBuffer> body) {
        return Flux.using(Unzstd::new, unzstd -> unzstd.all(body), Unzstd::close);
    }

    private Flux<DataBuffer> all(Flux<DataBuffer> body) {
        return body.concatMap(this::pieces, 1).concatWith(Flux.defer(this::requireEnd));
    }

    private Flux<DataBuffer> pieces(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        input.bytes = bytes;
        input.at = 0;
        return Flux.generate(this::piece);
    }

    private synchronized void piece(SynchronousSink<DataBuffer> sink) {
        if (closed) {
            sink.complete();
            return;
        }
        byte[] out = new byte[PIECE_BYTES];
        try {
            int count = zstd.read(out, 0, out.length);
            if (count > 0) {
                sink.next(DefaultDataBufferFactory.sharedInstance.wrap(Arrays.copyOf(out, count)));
            } else {
                sink.complete();
            }
        } catch (IOException e) {
            sink.error(malformed(String.valueOf(e.getMessage())));
        }
    }

    private synchronized Flux<DataBuffer> requireEnd() {
        if (closed) {
            return Flux.empty();
        }
        try {
            int beyond = zstd.setContinuous(false).read(new byte[1], 0, 1);
            return beyond <= 0 ? Flux.empty() : Flux.error(malformed("it goes on behind its end"));
        } catch (IOException e) {
            return Flux.error(malformed("it ends in the middle"));
        }
    }

    private static ApiException malformed(String reason) {
        return new ApiException(HttpStatus.BAD_REQUEST, "SLUICE202", "the body is not zstd: " + reason, null, null);
    }

    private synchronized void close() {
        closed = true;
        try {
            zstd.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of one buffer of the body; at its end for now where they are used up. */
    private static final class Input extends InputStream {

        private byte[] bytes = {};
        private int at;

        @Override
        public int read() {
            return at < bytes.length ? bytes[at++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int from, int most) {
            int count = Math.min(most, bytes.length - at);
            if (count == 0) {
                return -1;
            }
            System.arraycopy(bytes, at, target, from, count);
            at += count;
            return count;
        }

        @Override
        public int available() {
            return bytes.length - at;
        }
    }
}
