package io.sluice.gateway.query;

import io.sluice.gateway.query.Field.JsonStep;
import java.util.ArrayList;
import java.util.List;

/** Names, quoted values and ways into JSON: what every other part of the grammar is made of. */
final class NameGrammar {

    static final String FIELD_NAME = "field name (* or [a..z0..9_$])";
    private static final String JSON_KEY = "any non reserved character different from: .,>()";

    private NameGrammar() {}

    /** {@code "anything"}, or words joined by dashes; a dash before {@code >} belongs to an arrow. */
    static String name(Scanner in) {
        if (in.peek() == '"') {
            return quoted(in);
        }
        StringBuilder name = new StringBuilder(word(in, FIELD_NAME));
        while (in.peek() == '-' && !in.sees("->")) {
            in.accept("-");
            name.append('-').append(word(in, "letter, digit or \"_\""));
        }
        return name.toString();
    }

    /** Letters, digits, {@code _}, {@code $} and inner blanks. */
    static String word(Scanner in, String label) {
        int start = in.position();
        while (isWordCharacter(in.peek())) {
            in.next(label);
        }
        String word = in.since(start).trim();
        if (word.isEmpty()) {
            in.reset(start);
            throw in.failure(label);
        }
        return word;
    }

    static boolean isWordCharacter(char c) {
        return c == ' ' || c == '_' || c == '$' || Character.isLetterOrDigit(c) || Character.isSurrogate(c);
    }

    /** Text in double quotes; a backslash takes the next character as it is. */
    static String quoted(Scanner in) {
        in.expect("\"", "\"\\\"\"");
        StringBuilder value = new StringBuilder();
        while (in.peek() != '"' || in.atEnd()) {
            char c = in.next("end of quoted value (\")");
            value.append(c == '\\' ? in.next("any character") : c);
        }
        in.accept("\"");
        return value.toString();
    }

    static Field field(Scanner in) {
        in.skipBlanks();
        Field field = new Field(name(in), jsonPath(in));
        in.skipBlanks();
        return field;
    }

    static List<JsonStep> jsonPath(Scanner in) {
        List<JsonStep> path = new ArrayList<>();
        while (in.sees("->")) {
            boolean asText = in.accept("->>");
            if (!asText) {
                in.accept("->");
            }
            path.add(jsonStep(in, asText));
        }
        return path;
    }

    private static JsonStep jsonStep(Scanner in, boolean asText) {
        int start = in.position();
        boolean negative = in.accept("-");
        int digits = in.position();
        if (negative && !Character.isDigit(in.peek())) {
            throw in.failure("digit");
        }
        while (Character.isDigit(in.peek()) && in.peek() < 128) {
            in.next("digit");
        }
        boolean ended = in.atEnd() || in.sees("->") || in.sees("::") || in.sees(".") || in.sees(",");
        if (in.position() > digits && in.position() - digits < 10 && ended) {
            return new JsonStep(asText, (negative ? "-" : "+") + in.since(digits), true);
        }
        in.reset(start);
        return new JsonStep(asText, jsonKey(in), false);
    }

    private static String jsonKey(Scanner in) {
        if (in.peek() == '"') {
            return quoted(in);
        }
        StringBuilder key = new StringBuilder(jsonWord(in));
        while (in.peek() == '-' && !in.sees("->")) {
            in.accept("-");
            key.append('-').append(jsonWord(in));
        }
        return key.toString();
    }

    private static String jsonWord(Scanner in) {
        int start = in.position();
        while (!in.atEnd() && "(-:.,>)".indexOf(in.peek()) < 0) {
            in.next(JSON_KEY);
        }
        if (in.position() == start) {
            throw in.failure(JSON_KEY);
        }
        return in.since(start).trim();
    }
}
