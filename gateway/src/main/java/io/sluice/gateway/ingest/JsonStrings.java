package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;

/** Undoes the escapes of JSON strings. */
final class JsonStrings {

    private JsonStrings() {}

    /** The text of the string between these two positions, which are inside its quotes. */
    static String decode(byte[] bytes, int from, int to) {
        Output out = new Output();
        decode(bytes, from, to, out);
        return new String(out.bytes, 0, out.length, StandardCharsets.UTF_8);
    }

    /**
     * Appends the text of the string as UTF-8.
     *
     * @throws RowRefusal for an escape that JSON does not have, half a surrogate pair, or a zero, which PostgreSQL's
     *     text cannot hold
     */
    static void decode(byte[] bytes, int from, int to, Output out) {
        int plain = from;
        int at = from;
        while (at < to) {
            if (bytes[at] != '\\') {
                at++;
                continue;
            }
            out.write(bytes, plain, at);
            at = escape(bytes, at + 1, to, out);
            plain = at;
        }
        out.write(bytes, plain, to);
    }

    private static int escape(byte[] bytes, int at, int to, Output out) {
        byte letter = at < to ? bytes[at] : 0;
        switch (letter) {
            case '"', '\\', '/' -> out.write(letter);
            case 'b' -> out.write((byte) '\b');
            case 'f' -> out.write((byte) '\f');
            case 'n' -> out.write((byte) '\n');
            case 'r' -> out.write((byte) '\r');
            case 't' -> out.write((byte) '\t');
            case 'u' -> {
                return unicode(bytes, at + 1, to, out);
            }
            default -> throw RowRefusal.malformed("malformed JSON: unknown escape in a string");
        }
        return at + 1;
    }

    private static int unicode(byte[] bytes, int at, int to, Output out) {
        int unit = hex(bytes, at, to);
        int next = at + 4;
        if (unit == 0) {
            throw new RowRefusal("22P05", "unsupported Unicode escape sequence: \\u0000 cannot be text", null, null);
        }
        if (!Character.isSurrogate((char) unit)) {
            utf8(unit, out);
            return next;
        }
        boolean pair = Character.isHighSurrogate((char) unit)
                && next + 1 < to
                && bytes[next] == '\\'
                && bytes[next + 1] == 'u'
                && Character.isLowSurrogate((char) hex(bytes, next + 2, to));
        if (!pair) {
            throw RowRefusal.malformed("malformed JSON: half a surrogate pair in a string");
        }
        utf8(Character.toCodePoint((char) unit, (char) hex(bytes, next + 2, to)), out);
        return next + 6;
    }

    private static int hex(byte[] bytes, int at, int to) {
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = i < to ? Character.digit(bytes[i], 16) : -1;
            if (digit < 0) {
                throw RowRefusal.malformed("malformed JSON: \\u needs four hexadecimal digits");
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    private static void utf8(int codePoint, Output out) {
        out.reserve(4);
        byte[] bytes = out.bytes;
        if (codePoint < 0x80) {
            bytes[out.length++] = (byte) codePoint;
        } else if (codePoint < 0x800) {
            bytes[out.length++] = (byte) (0xC0 | (codePoint >> 6));
            bytes[out.length++] = (byte) (0x80 | (codePoint & 0x3F));
        } else if (codePoint < 0x10000) {
            bytes[out.length++] = (byte) (0xE0 | (codePoint >> 12));
            bytes[out.length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
            bytes[out.length++] = (byte) (0x80 | (codePoint & 0x3F));
        } else {
            bytes[out.length++] = (byte) (0xF0 | (codePoint >> 18));
            bytes[out.length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
            bytes[out.length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
            bytes[out.length++] = (byte) (0x80 | (codePoint & 0x3F));
        }
    }
}
