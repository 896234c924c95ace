package io.sluice.gateway.stream;

import io.sluice.gateway.text.Output;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Packs an answer as one gzip member, piece by piece, each of which can be unpacked as soon as it is there. Thread-safe;
 * after its {@link #end} it packs nothing any more.
 */
final class Gzip implements Packing {

    private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    /** What a piece may grow by at most where it cannot be packed, flush markers included. */
    private static final int SLACK = 1024;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final CRC32 crc = new CRC32();
    private final Output packed = new Output();
    private boolean begun;
    private boolean ended;
    private long length;

    @Override
    public synchronized Output pack(Output out, boolean last) {
        packed.clear();
        if (ended) {
            return packed;
        }
        if (!begun) {
            begun = true;
            packed.write(HEADER);
        }
        crc.update(out.bytes, 0, out.length);
        length += out.length;
        deflater.setInput(out.bytes, 0, out.length);
        if (last) {
            deflater.finish();
        }
        deflate(last);
        if (last) {
            little(crc.getValue());
            little(length);
            end();
        }
        return packed;
    }

    private void deflate(boolean last) {
        int room;
        int made;
        do {
            packed.reserve(SLACK);
            room = packed.bytes.length - packed.length;
            made = deflater.deflate(packed.bytes, packed.length, room, last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
            packed.length += made;
        } while (last ? !deflater.finished() : made == room);
    }

    private void little(long value) {
        for (int shift = 0; shift < 32; shift += 8) {
            packed.write((byte) (value >>> shift));
        }
    }

    @Override
    public synchronized void end() {
        ended = true;
        deflater.end();
    }
}
