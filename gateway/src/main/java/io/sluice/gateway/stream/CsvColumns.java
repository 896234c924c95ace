package io.sluice.gateway.stream;

import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;

/**
 * From PostgreSQL's text format to a CSV field as RFC 4180 and {@code COPY ... CSV} have it: null is nothing, an empty
 * text is {@code ""}, and only what needs quotes gets them.
 */
final class CsvColumns {

    private CsvColumns() {}

    static void field(byte[] source, int index, int count, Output out) {
        int from = out.length;
        out.write(source, index, index + count);
        if (count == 0 || needsQuotes(out, from)) {
            quote(out, from);
        }
    }

    static byte[] field(String text) {
        Output out = new Output();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        if (text.isEmpty() || needsQuotes(out, 0)) {
            quote(out, 0);
        }
        return out.copy();
    }

    private static boolean needsQuotes(Output out, int from) {
        for (int i = from; i < out.length; i++) {
            switch (out.bytes[i]) {
                case ',', '"', '\n', '\r' -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }

    /** Puts quotes around what stands from {@code from} on and doubles those within, from the end backwards. */
    private static void quote(Output out, int from) {
        int extra = 2;
        for (int i = from; i < out.length; i++) {
            extra += out.bytes[i] == '"' ? 1 : 0;
        }
        out.reserve(extra);
        byte[] bytes = out.bytes;
        int read = out.length - 1;
        int write = read + extra;
        out.length += extra;
        bytes[write--] = '"';
        while (read >= from) {
            byte value = bytes[read--];
            bytes[write--] = value;
            if (value == '"') {
                bytes[write--] = '"';
            }
        }
        bytes[write] = '"';
    }
}
