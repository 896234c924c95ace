package io.sluice.gateway.query;

import io.sluice.gateway.query.SelectItem.Aggregate;
import io.sluice.gateway.query.SelectItem.Join;
import io.sluice.gateway.query.SelectItem.Related;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code select=}: columns, aliases, casts, aggregates, embedded and spread relations. */
final class SelectGrammar {

    private static final String AFTER_FIELD =
            "letter, digit, \"-\", \"->>\", \"->\", \"::\", \".\", \")\", \",\" or end of input";
    private static final String COUNT = "count";

    private SelectGrammar() {}

    static List<SelectItem> parse(String text) {
        Scanner in = new Scanner("select parameter", text);
        List<SelectItem> items = items(in);
        // What follows an item that ended is not looked at, as PostgREST has it.
        return items;
    }

    private static List<SelectItem> items(Scanner in) {
        List<SelectItem> items = new ArrayList<>();
        in.skipBlanks();
        if (in.atEnd() || in.peek() == ')') {
            return items;
        }
        do {
            in.skipBlanks();
            items.add(item(in));
            in.skipBlanks();
        } while (in.accept(","));
        return items;
    }

    private static SelectItem item(Scanner in) {
        if (in.accept("...")) {
            Related related = related(in);
            return new SelectItem.Spread(related, nested(in));
        }
        if (in.accept("*")) {
            expectItemEnd(in);
            return new SelectItem.AllColumns();
        }
        String alias = alias(in);
        Related related = relatedBeforeParenthesis(in);
        return related != null ? new SelectItem.Embed(alias, related, nested(in)) : value(in, alias);
    }

    private static List<SelectItem> nested(Scanner in) {
        in.expect("(", "\"(\"");
        in.enter();
        List<SelectItem> items = items(in);
        in.expect(")", "\")\" or \",\"");
        in.leave();
        return items;
    }

    private static @Nullable String alias(Scanner in) {
        int start = in.position();
        if (!startsName(in)) {
            return null;
        }
        String name = NameGrammar.name(in);
        if (in.sees(":") && !in.sees("::")) {
            in.accept(":");
            return name;
        }
        in.reset(start);
        return null;
    }

    private static boolean startsName(Scanner in) {
        return in.peek() == '"' || NameGrammar.isWordCharacter(in.peek());
    }

    private static @Nullable Related relatedBeforeParenthesis(Scanner in) {
        int start = in.position();
        if (startsName(in)) {
            Related related = related(in);
            if (in.sees("(") && !related.name().equals(COUNT)) {
                return related;
            }
        }
        in.reset(start);
        return null;
    }

    private static Related related(Scanner in) {
        String name = NameGrammar.name(in);
        String hint = null;
        Join join = null;
        while (in.accept("!")) {
            String parameter = NameGrammar.name(in);
            if (parameter.equals("left")) {
                join = Join.LEFT;
            } else if (parameter.equals("inner")) {
                join = Join.INNER;
            } else {
                hint = parameter;
            }
        }
        return new Related(name, hint, join);
    }

    private static SelectItem value(Scanner in, @Nullable String alias) {
        if (in.accept("count()")) {
            SelectItem count = new SelectItem.Value(alias, Field.of(Field.ALL), null, Aggregate.COUNT, cast(in));
            expectItemEnd(in);
            return count;
        }
        Field field = NameGrammar.field(in);
        String cast = cast(in);
        Aggregate aggregate = aggregate(in);
        String aggregateCast = cast(in);
        expectItemEnd(in);
        return new SelectItem.Value(alias, field, cast, aggregate, aggregateCast);
    }

    private static @Nullable String cast(Scanner in) {
        return in.accept("::") ? NameGrammar.word(in, "letter or digit") : null;
    }

    private static @Nullable Aggregate aggregate(Scanner in) {
        for (Aggregate aggregate : Aggregate.values()) {
            if (in.accept("." + aggregate.name().toLowerCase(Locale.ROOT) + "()")) {
                return aggregate;
            }
        }
        return null;
    }

    private static void expectItemEnd(Scanner in) {
        in.skipBlanks();
        if (!in.atEnd() && in.peek() != ')' && in.peek() != ',') {
            throw in.failure(AFTER_FIELD);
        }
    }
}
