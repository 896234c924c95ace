package io.sluice.gateway.ingest;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Headers and trailers of gzip members (RFC 1952) around deflated data that comes piece by piece. */
final class GzipFrame {

    private static final int FIXED_HEADER = 10;
    private static final int TRAILER = 8;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int HEADER_CHECK = 2;

    private enum State {
        HEADER,
        DATA,
        TRAILER
    }

    private State state = State.HEADER;
    private final CRC32 check = new CRC32();
    private byte[] input = {};
    private int at;
    private int given;
    private boolean begun;

    /** More bytes; those before have all been used, or belong to a header or trailer that is not complete yet. */
    void take(byte[] more) {
        byte[] rest = Arrays.copyOfRange(input, at, input.length + more.length);
        System.arraycopy(more, 0, rest, input.length - at, more.length);
        input = rest;
        at = 0;
    }

    /** Whether the bytes so far end with a whole member. */
    boolean whole() {
        return begun && state == State.HEADER && at == input.length;
    }

    /** Fills {@code out} from its beginning and returns how far; 0 where more bytes are needed. */
    int inflate(Inflater inflater, byte[] out) throws DataFormatException {
        while (true) {
            switch (state) {
                case HEADER -> {
                    int length = headerLength();
                    if (length < 0) {
                        return 0;
                    }
                    at += length;
                    begun = true;
                    check.reset();
                    inflater.reset();
                    state = State.DATA;
                }
                case DATA -> {
                    if (inflater.needsInput() && at < input.length) {
                        inflater.setInput(input, at, input.length - at);
                        given = input.length;
                        at = input.length;
                    }
                    int count = inflater.inflate(out);
                    check.update(out, 0, count);
                    if (inflater.finished()) {
                        at = given - inflater.getRemaining();
                        state = State.TRAILER;
                    }
                    if (count > 0 || state == State.DATA) {
                        return count;
                    }
                }
                case TRAILER -> {
                    if (input.length - at < TRAILER) {
                        return 0;
                    }
                    if (little(at) != (int) check.getValue()) {
                        throw new DataFormatException("its checksum is wrong");
                    }
                    at += TRAILER;
                    state = State.HEADER;
                }
            }
        }
    }

    private int little(int from) {
        return (input[from] & 0xFF)
                | ((input[from + 1] & 0xFF) << 8)
                | ((input[from + 2] & 0xFF) << 16)
                | ((input[from + 3] & 0xFF) << 24);
    }

    /** How long the header is; negative while it is not complete. */
    private int headerLength() throws DataFormatException {
        int end = at + FIXED_HEADER;
        if (end > input.length) {
            return -1;
        }
        if ((input[at] & 0xFF) != 0x1F || (input[at + 1] & 0xFF) != 0x8B || input[at + 2] != 8) {
            throw new DataFormatException("it does not begin like gzip");
        }
        int flags = input[at + 3];
        if ((flags & EXTRA) != 0) {
            if (end + 2 > input.length) {
                return -1;
            }
            end += 2 + (input[end] & 0xFF) + ((input[end + 1] & 0xFF) << 8);
        }
        for (int text : new int[] {NAME, COMMENT}) {
            if ((flags & text) != 0) {
                while (end < input.length && input[end] != 0) {
                    end++;
                }
                end++;
            }
        }
        end += (flags & HEADER_CHECK) != 0 ? 2 : 0;
        return end <= input.length ? end - at : -1;
    }
}
