package io.sluice.gateway.query;

import io.sluice.gateway.query.Filter.Operation;
import io.sluice.gateway.query.Filter.Operator;
import io.sluice.gateway.query.Filter.Quantifier;
import io.sluice.gateway.query.Filter.TextQuery;
import io.sluice.gateway.query.Filter.Truth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code not.eq.value}: operators and their values, at the top level and inside {@code and=(...)}. */
final class FilterGrammar {

    private static final String OPERATOR = "operator (eq, gt, ...)";
    private static final String DELIMITER = "delimiter (.)";

    /** How far a value reaches. */
    enum Extent {
        /** To the end, verbatim. */
        ALL,
        /** To the next comma or parenthesis; may be quoted. */
        ELEMENT
    }

    private FilterGrammar() {}

    static Filter parse(Field field, String text) {
        Scanner in = new Scanner("filter", text);
        return filter(field, in, Extent.ALL);
    }

    /** Whether {@code text} begins as a filter does; otherwise it is a function's argument. */
    static boolean looksLikeFilter(String text) {
        Scanner in = new Scanner("filter", text);
        return in.accept("not.")
                || sees(in, "in")
                || sees(in, "is")
                || sees(in, "isdistinct")
                || simple(in) != null
                || textQuery(in) != null;
    }

    private static boolean sees(Scanner in, String keyword) {
        return in.sees(keyword + ".");
    }

    static Filter filter(Field field, Scanner in, Extent extent) {
        boolean negated = in.accept("not.");
        return new Filter(field, negated, operation(in, extent, negated));
    }

    private static Operation operation(Scanner in, Extent extent, boolean negated) {
        if (in.accept("in.")) {
            return new Filter.In(list(in));
        }
        if (in.accept("is.")) {
            return new Filter.Is(truth(in));
        }
        if (in.accept("isdistinct.")) {
            return new Filter.IsDistinct(value(in, extent));
        }
        int start = in.position();
        Comparing comparing = simple(in);
        if (comparing != null) {
            return new Filter.Comparison(comparing.operator(), comparing.quantifier(), value(in, extent));
        }
        in.reset(start);
        TextQuerying text = textQuery(in);
        if (text != null) {
            return new Filter.FullText(text.query(), text.language(), value(in, extent));
        }
        in.reset(start);
        throw in.failure(negated ? OPERATOR : "\"not\" or " + OPERATOR);
    }

    private record Comparing(Operator operator, @Nullable Quantifier quantifier) {}

    private record TextQuerying(TextQuery query, @Nullable String language) {}

    private static @Nullable Comparing simple(Scanner in) {
        int start = in.position();
        for (Operator operator : Operator.values()) {
            if (in.accept(operator.spelling)) {
                Quantifier quantifier = operator.quantifiable ? quantifier(in) : null;
                if (in.accept(".")) {
                    return new Comparing(operator, quantifier);
                }
                in.reset(start);
            }
        }
        return null;
    }

    private static @Nullable Quantifier quantifier(Scanner in) {
        if (in.accept("(any)")) {
            return Quantifier.ANY;
        }
        return in.accept("(all)") ? Quantifier.ALL : null;
    }

    private static @Nullable TextQuerying textQuery(Scanner in) {
        int start = in.position();
        for (TextQuery query : TextQuery.values()) {
            if (in.accept(query.spelling)) {
                String language = language(in);
                if (in.accept(".")) {
                    return new TextQuerying(query, language);
                }
                in.reset(start);
            }
        }
        return null;
    }

    private static @Nullable String language(Scanner in) {
        if (!in.accept("(")) {
            return null;
        }
        String language = NameGrammar.word(in, "letter or digit");
        in.expect(")", "\")\"");
        return language;
    }

    private static Truth truth(Scanner in) {
        // The longer spelling first would not matter: none is the beginning of another.
        for (Truth truth : Truth.values()) {
            if (in.acceptIgnoringCase(truth.spelling)) {
                return truth;
            }
        }
        throw in.failure("isVal: (null, not_null, true, false, unknown)");
    }

    private static List<String> list(Scanner in) {
        in.skipBlanks();
        in.expect("(", "\"(\"");
        in.skipBlanks();
        List<String> values = new ArrayList<>();
        do {
            values.add(element(in));
        } while (in.accept(","));
        in.expect(")", "\",\" or \")\"");
        in.skipBlanks();
        return values;
    }

    private static String value(Scanner in, Extent extent) {
        if (extent == Extent.ALL) {
            return in.rest();
        }
        if (in.peek() == '{') {
            String array = arrayLiteral(in);
            if (array != null) {
                return array;
            }
        }
        return element(in);
    }

    private static @Nullable String arrayLiteral(Scanner in) {
        int start = in.position();
        in.accept("{");
        while (!in.atEnd() && in.peek() != '{' && in.peek() != '}') {
            in.next(DELIMITER);
        }
        if (in.accept("}")) {
            return in.since(start);
        }
        in.reset(start);
        return null;
    }

    /** A quoted value that fills the element, else everything up to the next comma or parenthesis. */
    private static String element(Scanner in) {
        int start = in.position();
        if (in.peek() == '"') {
            String quoted = quotedElement(in);
            if (quoted != null) {
                return quoted;
            }
            in.reset(start);
        }
        while (!in.atEnd() && in.peek() != ',' && in.peek() != ')') {
            in.next(DELIMITER);
        }
        return in.since(start);
    }

    private static @Nullable String quotedElement(Scanner in) {
        in.accept("\"");
        StringBuilder value = new StringBuilder();
        while (!in.atEnd() && in.peek() != '"') {
            char c = in.next(DELIMITER);
            if (c == '\\' && in.atEnd()) {
                return null;
            }
            value.append(c == '\\' ? in.next(DELIMITER) : c);
        }
        boolean closed = in.accept("\"") && (in.atEnd() || in.peek() == ',' || in.peek() == ')');
        return closed ? value.toString() : null;
    }
}
