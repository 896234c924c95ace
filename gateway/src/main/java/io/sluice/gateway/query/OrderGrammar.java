package io.sluice.gateway.query;

import io.sluice.gateway.query.OrderTerm.Direction;
import io.sluice.gateway.query.OrderTerm.Nulls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code order=a.desc.nullslast,client(name)}. */
final class OrderGrammar {

    private OrderGrammar() {}

    static List<OrderTerm> parse(String text) {
        Scanner in = new Scanner("order", text);
        List<OrderTerm> terms = new ArrayList<>();
        do {
            terms.add(term(in));
        } while (in.accept(","));
        in.expectEnd("\",\" or end of input");
        return terms;
    }

    private static OrderTerm term(Scanner in) {
        Field field = NameGrammar.field(in);
        String relation = null;
        if (field.path().isEmpty() && in.accept("(")) {
            relation = field.name();
            field = NameGrammar.field(in);
            in.expect(")", "\")\"");
        }
        Direction direction = direction(in);
        Nulls nulls = nulls(in);
        in.skipBlanks();
        if (!in.atEnd() && in.peek() != ',') {
            throw in.failure(expected(in, direction, nulls));
        }
        return new OrderTerm(relation, field, direction, nulls);
    }

    private static @Nullable Direction direction(Scanner in) {
        if (in.accept(".asc")) {
            return Direction.ASC;
        }
        return in.accept(".desc") ? Direction.DESC : null;
    }

    private static @Nullable Nulls nulls(Scanner in) {
        if (in.accept(".nullsfirst")) {
            return Nulls.FIRST;
        }
        return in.accept(".nullslast") ? Nulls.LAST : null;
    }

    private static String expected(Scanner in, @Nullable Direction direction, @Nullable Nulls nulls) {
        if (nulls != null) {
            return "\",\" or end of input";
        }
        if (!in.accept(".")) {
            return "delimiter (.), \",\" or end of input";
        }
        return direction == null
                ? "\"asc\", \"desc\", \"nullsfirst\" or \"nullslast\""
                : "\"nullsfirst\" or \"nullslast\"";
    }
}
