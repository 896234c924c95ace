package io.sluice.gateway.query;

import io.sluice.gateway.query.Condition.Connective;
import java.util.List;

/** A {@link Condition} whose names were found. */
sealed interface Predicate {

    record Test(Filter filter) implements Predicate {}

    /** Whether an embedded relation has rows for this row. */
    record Related(int child, boolean exists) implements Predicate {}

    /** Whether the row stands behind another one in the plan's order. */
    record Behind(Keyset keyset) implements Predicate {}

    /** Whether a column is the key at hand of {@link KeyedPlan#many}. */
    record Keyed(String column) implements Predicate {}

    record Group(boolean negated, Connective connective, List<Predicate> predicates) implements Predicate {}
}
