package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;

/** A set of bytes that are written as a backslash and a letter. */
final class Escapes {

    /** What COPY's text format wants. */
    static final Escapes COPY =
            new Escapes().with('\\', '\\').with('\n', 'n').with('\r', 'r').with('\t', 't');

    /** Inside a quoted element of an array literal. */
    static final Escapes ARRAY = new Escapes().with('\\', '\\').with('"', '"');

    private final byte[] letters = new byte[256];

    private Escapes() {}

    private Escapes with(char character, char letter) {
        letters[character] = (byte) letter;
        return this;
    }

    /** Escapes what stands in {@code out} from {@code from} to its end, in place, from the end backwards. */
    void apply(Output out, int from) {
        int extra = 0;
        for (int i = from; i < out.length; i++) {
            extra += letters[out.bytes[i] & 0xFF] == 0 ? 0 : 1;
        }
        out.reserve(extra);
        byte[] bytes = out.bytes;
        int read = out.length - 1;
        int write = read + extra;
        out.length += extra;
        while (read < write) {
            byte value = bytes[read--];
            byte letter = letters[value & 0xFF];
            if (letter == 0) {
                bytes[write--] = value;
            } else {
                bytes[write--] = letter;
                bytes[write--] = '\\';
            }
        }
    }
}
