package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;

/** A JSON array as an array literal of PostgreSQL's: {@code [1,[2,null],"a\"b"]} becomes {@code {1,{2,NULL},"a\"b"}}. */
final class ArrayLiteral {

    private final byte[] source;
    private final int end;
    private int at;

    ArrayLiteral(byte[] source, int start, int end) {
        this.source = source;
        this.at = start;
        this.end = end;
    }

    void write(Output out) {
        while (at < end) {
            byte b = source[at];
            switch (b) {
                case '[' -> plain((byte) '{', out);
                case ']' -> plain((byte) '}', out);
                case ' ', '\t', '\r', '\n' -> at++;
                case '"' -> string(out);
                case '{' -> object(out);
                case 'n' -> {
                    at += 4;
                    out.write(new byte[] {'N', 'U', 'L', 'L'});
                }
                default -> plain(b, out);
            }
        }
    }

    private void plain(byte written, Output out) {
        out.write(written);
        at++;
    }

    private void string(Output out) {
        int from = at + 1;
        at = endOfString(at);
        out.write((byte) '"');
        int start = out.length;
        JsonStrings.decode(source, from, at - 1, out);
        Escapes.ARRAY.apply(out, start);
        out.write((byte) '"');
    }

    /** An element of {@code json[]}. */
    private void object(Output out) {
        int from = at;
        int depth = 0;
        do {
            byte b = source[at];
            if (b == '"') {
                at = endOfString(at);
                continue;
            }
            depth += b == '{' ? 1 : b == '}' ? -1 : 0;
            at++;
        } while (depth > 0 && at < end);
        out.write((byte) '"');
        int start = out.length;
        out.write(source, from, at);
        Escapes.ARRAY.apply(out, start);
        out.write((byte) '"');
    }

    /** The position behind the closing quote; the array was found to be closed before, and so its strings. */
    private int endOfString(int quote) {
        int i = quote + 1;
        while (source[i] != '"') {
            i += source[i] == '\\' ? 2 : 1;
        }
        return i + 1;
    }
}
