package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;

/** Rows are the elements of one JSON array, or a single object. */
final class ArraySplitter implements Splitter {

    private enum State {
        START,
        BEFORE_ELEMENT,
        IN_ELEMENT,
        AFTER_ELEMENT,
        END
    }

    private State state = State.START;
    private boolean inArray;
    private boolean elementWanted;
    private int depth;
    private boolean quoted;
    private boolean escaped;
    private int searched;
    private int begin;
    private long line = 1;
    private long beginLine = 1;

    @Override
    public int split(byte[] bytes, int length, Rows rows) {
        for (int i = searched; i < length; i++) {
            byte b = bytes[i];
            if (state == State.IN_ELEMENT) {
                inElement(bytes, i, rows);
            } else if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                between(bytes, i, b);
            }
            if (b == '\n') {
                line++;
            }
        }
        int done = state == State.IN_ELEMENT ? begin : length;
        begin -= done;
        searched = length - done;
        return done;
    }

    private void between(byte[] bytes, int at, byte b) {
        switch (state) {
            case START -> {
                inArray = b == '[';
                state = State.BEFORE_ELEMENT;
                if (!inArray) {
                    beginElement(at, b, bytes);
                }
            }
            case BEFORE_ELEMENT -> {
                if (b == ']' && !elementWanted) {
                    state = State.END;
                } else {
                    beginElement(at, b, bytes);
                }
            }
            case AFTER_ELEMENT -> {
                if (inArray && b == ',') {
                    elementWanted = true;
                    state = State.BEFORE_ELEMENT;
                } else if (inArray && b == ']') {
                    state = State.END;
                } else {
                    throw malformed(inArray ? "expected ',' or ']'" : "unexpected text after the object", bytes, at);
                }
            }
            case IN_ELEMENT, END -> throw malformed("unexpected text after the end", bytes, at);
        }
    }

    private void beginElement(int at, byte b, byte[] bytes) {
        if (b != '{') {
            throw malformed("expected an object", bytes, at);
        }
        begin = at;
        beginLine = line;
        depth = 1;
        state = State.IN_ELEMENT;
    }

    private void inElement(byte[] bytes, int at, Rows rows) {
        byte b = bytes[at];
        if (quoted) {
            if (escaped) {
                escaped = false;
            } else if (b == '\\') {
                escaped = true;
            } else if (b == '"') {
                quoted = false;
            }
        } else if (b == '"') {
            quoted = true;
        } else if (b == '{' || b == '[') {
            depth++;
        } else if ((b == '}' || b == ']') && --depth == 0) {
            state = State.AFTER_ELEMENT;
            rows.row(begin, at + 1, beginLine);
        }
    }

    @Override
    public void end(byte[] bytes, int length, Rows rows) {
        boolean whole = state == State.END || state == State.START || (state == State.AFTER_ELEMENT && !inArray);
        if (!whole) {
            throw malformed("the array is not closed", bytes, length);
        }
    }

    @Override
    public long line() {
        return state == State.IN_ELEMENT ? beginLine : line;
    }

    /** Nothing behind it can be made sense of, so it ends the upload. */
    private ApiException malformed(String message, byte[] bytes, int at) {
        int to = Math.min(bytes.length, at + 20);
        String near = at < to ? new String(bytes, at, to - at, StandardCharsets.UTF_8).trim() : "";
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                "PGRST102",
                "malformed JSON array in line " + line + ": " + message,
                near.isEmpty() ? null : "near: " + near,
                "Send an array of objects, or one object a line as application/x-ndjson.");
    }
}
