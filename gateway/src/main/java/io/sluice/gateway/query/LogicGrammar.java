package io.sluice.gateway.query;

import io.sluice.gateway.query.Condition.Connective;
import java.util.ArrayList;
import java.util.List;

/** {@code and=(a.eq.1,or(b.gt.2,not.c.is.null))}. */
final class LogicGrammar {

    private static final String CONDITION =
            NameGrammar.FIELD_NAME + ", negation operator (not) or logic operator (and, or)";

    private LogicGrammar() {}

    /** @param text what follows the parameter's name: the conditions in parentheses */
    static Condition parse(boolean negated, Connective connective, String text) {
        int name = (negated ? "not." : "").length() + connective.name().length();
        Scanner in = new Scanner("logic tree", text, name);
        // What follows the last parenthesis is not looked at, as PostgREST has it.
        return new Condition.Group(negated, connective, conditions(in));
    }

    private static List<Condition> conditions(Scanner in) {
        in.skipBlanks();
        in.expect("(", "\"(\"");
        in.enter();
        List<Condition> conditions = new ArrayList<>();
        do {
            in.skipBlanks();
            conditions.add(condition(in));
            in.skipBlanks();
        } while (in.accept(","));
        in.expect(")", "\",\" or \")\"");
        in.skipBlanks();
        in.leave();
        return conditions;
    }

    private static Condition condition(Scanner in) {
        int start = in.position();
        boolean negated = in.accept("not.");
        for (Connective connective : Connective.values()) {
            if (in.accept(connective == Connective.AND ? "and" : "or")) {
                in.skipBlanks();
                if (in.sees("(")) {
                    return new Condition.Group(negated, connective, conditions(in));
                }
                in.reset(start);
                if (negated) {
                    in.accept("not.");
                }
            }
        }
        in.reset(start);
        if (in.peek() != '"' && !NameGrammar.isWordCharacter(in.peek())) {
            throw in.failure(CONDITION);
        }
        Field field = NameGrammar.field(in);
        in.expect(".", "\"->>\", \"->\" or delimiter (.)");
        return new Condition.Leaf(FilterGrammar.filter(field, in, FilterGrammar.Extent.ELEMENT));
    }
}
