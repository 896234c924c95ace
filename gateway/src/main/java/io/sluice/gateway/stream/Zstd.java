package io.sluice.gateway.stream;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.sluice.gateway.text.Output;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Packs an answer as one zstd frame; a piece is a block of it. */
final class Zstd implements Packing {

    private static final int FAST = 1;

    /** Looks 128 KiB back at most: the memory is a stream's, of which there are many. */
    private static final int WINDOW_LOG = 17;

    private final Output packed = new Output();
    private final ZstdOutputStreamNoFinalizer zstd;
    private boolean ended;

    Zstd() {
        try {
            zstd = new ZstdOutputStreamNoFinalizer(new Into(packed), FAST).setWindowLog(WINDOW_LOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized Output pack(Output out, boolean last) {
        packed.clear();
        if (ended) {
            return packed;
        }
        try {
            zstd.write(out.bytes, 0, out.length);
            if (last) {
                end();
            } else {
                zstd.flush();
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
                zstd.close();
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
