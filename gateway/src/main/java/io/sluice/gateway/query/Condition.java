package io.sluice.gateway.query;

import java.util.List;

/** A tree of filters: {@code or=(age.lt.18,and(age.gt.65,not.name.eq.x))}. */
public sealed interface Condition {

    record Leaf(Filter filter) implements Condition {}

    record Group(boolean negated, Connective connective, List<Condition> conditions) implements Condition {
        public Group {
            conditions = List.copyOf(conditions);
        }
    }

    enum Connective {
        AND,
        OR
    }
}
