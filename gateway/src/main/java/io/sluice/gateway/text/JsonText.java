package io.sluice.gateway.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** JSON string escaping, byte for byte as PostgreSQL's {@code escape_json} does it. */
public final class JsonText {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** For each byte how many more it takes when escaped. */
    private static final byte[] EXTRA = new byte[256];

    /** The letter after the backslash for the short escapes. */
    private static final byte[] SHORT = new byte[256];

    static {
        for (int control = 0; control < 0x20; control++) {
            EXTRA[control] = 5;
        }
        shortEscape('"', '"');
        shortEscape('\\', '\\');
        shortEscape('\b', 'b');
        shortEscape('\f', 'f');
        shortEscape('\n', 'n');
        shortEscape('\r', 'r');
        shortEscape('\t', 't');
    }

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private JsonText() {}

    private static void shortEscape(char character, char letter) {
        EXTRA[character] = 1;
        SHORT[character] = (byte) letter;
    }

    /** A string as quoted JSON. */
    public static byte[] quoted(String text) {
        Output out = new Output();
        out.write((byte) '"');
        int from = out.length;
        out.write(text.getBytes(StandardCharsets.UTF_8));
        escape(out, from);
        out.write((byte) '"');
        return out.copy();
    }

    /** Escapes what stands in {@code out} from {@code from} to its end, in place. */
    public static void escape(Output out, int from) {
        byte[] bytes = out.bytes;
        int end = out.length;
        int plain = from;
        while (plain + Long.BYTES <= end && isPlain((long) LONG.get(bytes, plain))) {
            plain += Long.BYTES;
        }
        for (int i = plain; i < end; i++) {
            if (EXTRA[bytes[i] & 0xFF] != 0) {
                expand(out, i);
                return;
            }
        }
    }

    /** Whether none of eight bytes is escaped. */
    private static boolean isPlain(long eight) {
        long quote = eight ^ '"' * ONES;
        long backslash = eight ^ '\\' * ONES;
        long below = (eight - 0x20 * ONES) & ~eight;
        return ((below | ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash)) & HIGHS) == 0;
    }

    /** Rewrites from the end backwards, so that nothing is overwritten before it was read. */
    private static void expand(Output out, int from) {
        int extra = 0;
        for (int i = from; i < out.length; i++) {
            extra += EXTRA[out.bytes[i] & 0xFF];
        }
        out.reserve(extra);
        byte[] bytes = out.bytes;
        int read = out.length - 1;
        int write = read + extra;
        out.length += extra;
        while (read < write) {
            int value = bytes[read--] & 0xFF;
            switch (EXTRA[value]) {
                case 0 -> bytes[write--] = (byte) value;
                case 1 -> {
                    bytes[write--] = SHORT[value];
                    bytes[write--] = '\\';
                }
                default -> {
                    bytes[write--] = HEX[value & 0xF];
                    bytes[write--] = HEX[value >> 4];
                    bytes[write--] = '0';
                    bytes[write--] = '0';
                    bytes[write--] = 'u';
                    bytes[write--] = '\\';
                }
            }
        }
    }
}
