package io.sluice.gateway.stream;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.sluice.gateway.text.Output;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Packs an answer by way of an encoder that is a stream: flushing it ends a block, which can be unpacked. */
final class StreamPacking implements Packing {

    private static final int FAST = 1;

    /** Looks 128 KiB back at most: the memory is a stream's, of which there are many. */
    private static final int WINDOW_LOG = 17;

    private final Output packed = new Output();
    private final OutputStream encoder;
    private boolean ended;

    private interface Encoding {
        OutputStream of(OutputStream packed) throws IOException;
    }

    private StreamPacking(Encoding encoding) {
        try {
            encoder = encoding.of(new Into(packed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Packing zstd() {
        return new StreamPacking(packed -> new ZstdOutputStreamNoFinalizer(packed, FAST).setWindowLog(WINDOW_LOG));
    }

    static Packing brotli() {
        return new StreamPacking(packed -> new BrotliOutputStream(packed, Encoder.Parameters.create(FAST, WINDOW_LOG)));
    }

    /** Its encoder is native code, which the package has for Linux on x86-64 and ARM. */
    static boolean hasBrotli() {
        return Brotli4jLoader.isAvailable();
    }

    @Override
    public synchronized Output pack(Output out, boolean last) {
        packed.clear();
        if (ended) {
            return packed;
        }
        try {
            encoder.write(out.bytes, 0, out.length);
            if (last) {
                end();
            } else {
                encoder.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed;
    }

    @Override
    public synchronized void end() {
        if (!ended) {
            ended = true;
            try {
                encoder.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Into extends OutputStream {

        private final Output out;

        Into(Output out) {
            this.out = out;
        }

        @Override
        public void write(int value) {
            out.write((byte) value);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            out.write(bytes, from, from + count);
        }
    }
}
