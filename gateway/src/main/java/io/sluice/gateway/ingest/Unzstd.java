package io.sluice.gateway.ingest;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;

/** Undoes {@code Content-Encoding: zstd}. */
final class Unzstd extends Unpacking {

    /** 8 MiB, as RFC 8878 recommends; without a limit the sender would choose how much memory is taken. */
    private static final int WINDOW_LOG_MAX = 23;

    private final Input input = new Input();
    private final ZstdInputStreamNoFinalizer zstd;

    private Unzstd() {
        super("zstd");
        try {
            zstd = new ZstdInputStreamNoFinalizer(input);
            zstd.setLongMax(WINDOW_LOG_MAX);
            zstd.setContinuous(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Flux<DataBuffer> zstd(Flux<DataBuffer> body) {
        return of(body, Unzstd::new);
    }

    @Override
    void take(byte[] packed) {
        input.bytes = packed;
        input.at = 0;
    }

    @Override
    int unpack(byte[] out) throws IOException {
        return zstd.read(out, 0, out.length);
    }

    @Override
    @Nullable
    String fault() {
        try {
            int beyond = zstd.setContinuous(false).read(new byte[1], 0, 1);
            return beyond <= 0 ? null : "it goes on behind its end";
        } catch (IOException e) {
            return "it ends in the middle";
        }
    }

    @Override
    void release() {
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
