package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one JSON object and notes where the value of each column stands. Nothing is copied and nothing is made per row.
 *
 * <p>What is inside nested values is only skipped: PostgreSQL's own JSON parser judges it.
 */
final class JsonRow implements Row {

    /** What stands at a column. */
    private enum Token {
        ABSENT,
        NULL,
        TRUE,
        FALSE,
        NUMBER,
        /** With its quotes; nothing in it is escaped. */
        STRING,
        /** With its quotes. */
        ESCAPED_STRING,
        OBJECT,
        ARRAY
    }

    private final Target target;
    private final Token[] tokens;
    private final int[] starts;
    private final int[] ends;

    /** For the n-th key of a row the column it named in the row before. */
    private final int[] guesses;

    private int present;
    private byte[] bytes = {};
    private int at;
    private int limit;

    JsonRow(Target target) {
        this.target = target;
        int width = target.columns().size();
        this.tokens = new Token[width];
        this.starts = new int[width];
        this.ends = new int[width];
        this.guesses = new int[width + 1];
        for (int i = 0; i < guesses.length; i++) {
            guesses[i] = i;
        }
    }

    @Override
    public boolean names(int position) {
        return tokens[position] != Token.ABSENT;
    }

    @Override
    public int present() {
        return present;
    }

    @Override
    public void value(TargetColumn column, Output out) {
        int start = starts[column.position()];
        int end = ends[column.position()];
        int from = out.length;
        switch (tokens[column.position()]) {
            case ABSENT, NULL -> out.write(CopyFormat.NULL);
            case TRUE, FALSE, NUMBER -> out.write(bytes, start, end);
            case STRING -> {
                int quotes = column.kind() == TargetColumn.Kind.JSON ? 0 : 1;
                out.write(bytes, start + quotes, end - quotes);
            }
            case ESCAPED_STRING -> {
                if (column.kind() == TargetColumn.Kind.JSON) {
                    out.write(bytes, start, end);
                } else {
                    JsonStrings.decode(bytes, start + 1, end - 1, out);
                }
                Escapes.COPY.apply(out, from);
            }
            case OBJECT -> {
                out.write(bytes, start, end);
                Escapes.COPY.apply(out, from);
            }
            case ARRAY -> {
                if (column.kind() == TargetColumn.Kind.ARRAY) {
                    new ArrayLiteral(bytes, start, end).write(out);
                } else {
                    out.write(bytes, start, end);
                }
                Escapes.COPY.apply(out, from);
            }
        }
    }

    /**
     * Reads the object in these bytes.
     *
     * @throws RowRefusal where it is not exactly one JSON object, or names a column that is not there
     */
    @Override
    public void read(byte[] source, int from, int to) {
        Arrays.fill(tokens, Token.ABSENT);
        present = 0;
        bytes = source;
        at = from;
        limit = to;
        skipSpace();
        if (at >= limit || bytes[at] != '{') {
            throw malformed("expected a JSON object");
        }
        at++;
        skipSpace();
        if (at < limit && bytes[at] == '}') {
            at++;
        } else {
            members();
        }
        skipSpace();
        if (at < limit) {
            throw malformed("unexpected text after the JSON object");
        }
    }

    private void members() {
        for (int member = 0; ; member++) {
            skipSpace();
            int position = key(member);
            skipSpace();
            expect((byte) ':', "expected ':' after the key");
            skipSpace();
            starts[position] = at;
            present += tokens[position] == Token.ABSENT ? 1 : 0;
            tokens[position] = value();
            ends[position] = at;
            skipSpace();
            if (at < limit && bytes[at] == ',') {
                at++;
            } else {
                expect((byte) '}', "expected ',' or '}'");
                return;
            }
        }
    }

    private int key(int member) {
        if (at >= limit || bytes[at] != '"') {
            throw malformed("expected a key in double quotes");
        }
        int from = at + 1;
        boolean escaped = string();
        int guess = guesses[Math.min(member, guesses.length - 1)];
        int position;
        if (escaped) {
            byte[] name = JsonStrings.decode(bytes, from, at - 1).getBytes(StandardCharsets.UTF_8);
            position = target.position(name, 0, name.length, guess);
        } else {
            position = target.position(bytes, from, at - 1, guess);
        }
        guesses[Math.min(member, guesses.length - 1)] = position;
        target.columns().get(position).requireWritable();
        return position;
    }

    private Token value() {
        if (at >= limit) {
            throw malformed("the object ends in the middle");
        }
        return switch (bytes[at]) {
            case '"' -> string() ? Token.ESCAPED_STRING : Token.STRING;
            case '{' -> nested(Token.OBJECT);
            case '[' -> nested(Token.ARRAY);
            case 't' -> word("true", Token.TRUE);
            case 'f' -> word("false", Token.FALSE);
            case 'n' -> word("null", Token.NULL);
            default -> number();
        };
    }

    /** Moves behind the closing quote; tells whether there is an escape within. */
    private boolean string() {
        boolean escaped = false;
        for (int i = at + 1; i < limit; i++) {
            byte b = bytes[i];
            if (b == '"') {
                at = i + 1;
                return escaped;
            }
            if (b == '\\') {
                escaped = true;
                i++;
            } else if (b >= 0 && b < 0x20) {
                at = i;
                throw malformed("a control character must be escaped in a string");
            }
        }
        throw malformed("a string is not closed");
    }

    private Token nested(Token token) {
        int depth = 0;
        while (at < limit) {
            byte b = bytes[at];
            if (b == '"') {
                string();
                continue;
            }
            at++;
            if (b == '{' || b == '[') {
                depth++;
            } else if ((b == '}' || b == ']') && --depth == 0) {
                return token;
            }
        }
        throw malformed("a nested value is not closed");
    }

    private Token word(String word, Token token) {
        int length = word.length();
        if (limit - at < length) {
            throw malformed("expected a JSON value");
        }
        for (int i = 0; i < length; i++) {
            if (bytes[at + i] != word.charAt(i)) {
                throw malformed("expected a JSON value");
            }
        }
        at += length;
        return token;
    }

    private Token number() {
        int from = at;
        if (peek() == '-') {
            at++;
        }
        int whole = digits();
        boolean leadingZero = whole > 1 && bytes[at - whole] == '0';
        boolean wellFormed = whole > 0 && !leadingZero;
        if (peek() == '.') {
            at++;
            wellFormed &= digits() > 0;
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            wellFormed &= digits() > 0;
        }
        if (!wellFormed) {
            at = from;
            throw malformed("expected a JSON value");
        }
        return Token.NUMBER;
    }

    private int digits() {
        int from = at;
        while (at < limit && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at - from;
    }

    private int peek() {
        return at < limit ? bytes[at] : -1;
    }

    private void expect(byte wanted, String message) {
        if (at >= limit || bytes[at] != wanted) {
            throw malformed(message);
        }
        at++;
    }

    private void skipSpace() {
        while (at < limit) {
            byte b = bytes[at];
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return;
            }
            at++;
        }
    }

    private RowRefusal malformed(String message) {
        int shownTo = Math.min(limit, at + 20);
        String near = at < shownTo ? new String(bytes, at, shownTo - at, StandardCharsets.UTF_8) : "end of the row";
        return RowRefusal.malformed("malformed JSON: " + message + ", near: " + near);
    }
}
