package io.sluice.gateway.query;

import io.sluice.gateway.error.ApiException;
import org.springframework.http.HttpStatus;

/** A position in a text, and errors that name it the way PostgREST does. */
final class Scanner {

    private static final int DEEPEST = 50;

    private final String what;
    private final String text;
    private final int offset;
    private int at;
    private int depth;

    /** @param what what the text is, for error messages */
    Scanner(String what, String text) {
        this(what, text, 0);
    }

    /** The same for a text that is the end of a longer one; {@code offset} is how much stands before it there. */
    Scanner(String what, String text, int offset) {
        this.what = what;
        this.text = text;
        this.offset = offset;
    }

    int position() {
        return at;
    }

    void reset(int position) {
        at = position;
    }

    boolean atEnd() {
        return at == text.length();
    }

    /** The next character, NUL at the end. */
    char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    boolean sees(String expected) {
        return text.startsWith(expected, at);
    }

    boolean accept(String expected) {
        boolean seen = sees(expected);
        if (seen) {
            at += expected.length();
        }
        return seen;
    }

    boolean acceptIgnoringCase(String expected) {
        boolean seen = text.regionMatches(true, at, expected, 0, expected.length());
        if (seen) {
            at += expected.length();
        }
        return seen;
    }

    void expect(String expected, String label) {
        if (!accept(expected)) {
            throw failure(label);
        }
    }

    char next(String label) {
        if (atEnd()) {
            throw failure(label);
        }
        return text.charAt(at++);
    }

    String since(int start) {
        return text.substring(start, at);
    }

    String rest() {
        String rest = text.substring(at);
        at = text.length();
        return rest;
    }

    void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    void expectEnd(String label) {
        if (!atEnd()) {
            throw failure(label);
        }
    }

    void enter() {
        if (++depth > DEEPEST) {
            throw refusal("nested deeper than " + DEEPEST + " levels");
        }
    }

    void leave() {
        depth--;
    }

    ApiException failure(String expecting) {
        String unexpected = atEnd() ? "end of input" : "\"" + text.substring(at, text.offsetByCodePoints(at, 1)) + "\"";
        return refusal("unexpected " + unexpected + " expecting " + expecting);
    }

    private ApiException refusal(String details) {
        String message = "\"failed to parse " + what + " (" + text + ")\" (line 1, column " + (at + offset + 1) + ")";
        return new ApiException(HttpStatus.BAD_REQUEST, "PGRST100", message, details, null);
    }
}
