package io.sluice.gateway.query;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.query.OrderTerm.Direction;
import io.sluice.gateway.query.ReadPlan.Ordering;
import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Turns a plan into one whose pages begin behind a row. */
public final class KeysetPlanner {

    private static final String CODE = "SLUICE110";

    private KeysetPlanner() {}

    /**
     * The plan with its order completed to a key, beginning behind the row that {@code cursor} names; at the first row
     * where that is null or empty.
     *
     * <p>Errors: {@code ApiException} 400 where there is no key, an offset, or an order by what is no column of the
     * relation itself.
     */
    public static KeysetPlan plan(ReadPlan plan, @Nullable String cursor) {
        if (plan.page().offset() > 0) {
            throw refusal("A page cannot begin behind a row and at an offset", "Leave offset and Range out.");
        }
        if (plan.aggregates()) {
            throw refusal("Aggregated rows have no key", "Page them with limit and offset.");
        }
        List<Ordering> order = completed(plan);
        List<Keyset.Term> terms = order.stream()
                .map(ordering -> Keyset.Term.of(ordering.term(), nullable(plan, ordering)))
                .toList();
        String behind = cursor == null ? "" : cursor;
        boolean first = behind.isEmpty();
        Keyset keyset = new Keyset(terms, first ? null : Cursor.read(behind, terms));
        ReadPlan ordered = plan.withOrder(order);
        return new KeysetPlan(plan, first ? ordered : ordered.withCondition(new Predicate.Behind(keyset)), keyset);
    }

    /**
     * The plan as it is, where its rows come from one table in an order that no two of them share, so that it can be gone
     * on with behind any of them; else null.
     */
    public static @Nullable KeysetPlan ordered(ReadPlan plan) {
        Table table = plan.source().table();
        if (table == null
                || table.kind() != Table.Kind.TABLE
                || plan.source().from() == null
                || plan.order().isEmpty()
                || plan.columnNames().isEmpty()
                || plan.aggregates()
                || plan.order().stream().anyMatch(ordering -> ordering.child() != null)
                || !hasKey(table)
                || completed(plan).size() > plan.order().size()) {
            return null;
        }
        List<Keyset.Term> terms = plan.order().stream()
                .map(ordering -> Keyset.Term.of(ordering.term(), nullable(plan, ordering)))
                .toList();
        return new KeysetPlan(plan, plan, new Keyset(terms, null));
    }

    private static boolean nullable(ReadPlan plan, Ordering ordering) {
        Field field = ordering.term().field();
        Column known = plan.source().known(field.name());
        return known == null || known.nullable() || !field.path().isEmpty();
    }

    private static List<Ordering> completed(ReadPlan plan) {
        List<Ordering> order = new ArrayList<>(plan.order());
        Set<String> named = new HashSet<>();
        for (Ordering ordering : order) {
            if (ordering.child() != null) {
                throw refusal(
                        "A page cannot begin behind a row of '"
                                + ordering.term().relation() + "'",
                        "Order by columns of '" + plan.source().name().name() + "' itself.");
            }
            if (ordering.term().field().path().isEmpty()) {
                named.add(ordering.term().field().name());
            }
        }
        List<List<String>> keys = keys(plan.source());
        if (keys.stream().noneMatch(named::containsAll)) {
            Direction last =
                    order.isEmpty() ? null : order.get(order.size() - 1).term().direction();
            for (String column : keys.get(0)) {
                if (named.add(column)) {
                    order.add(new Ordering(null, new OrderTerm(null, Field.of(column), last, null)));
                }
            }
        }
        return order;
    }

    /** The primary key first; others only where they cannot be null, since nulls are equal to nothing. */
    private static List<List<String>> keys(Source source) {
        List<List<String>> keys = new ArrayList<>();
        Table table = source.table();
        if (table != null) {
            if (!table.primaryKey().isEmpty()) {
                keys.add(table.primaryKey());
            }
            table.uniqueKeys().stream().filter(key -> isNotNull(table, key)).forEach(keys::add);
        }
        if (keys.isEmpty()) {
            throw refusal(
                    "'" + source.name().name() + "' has no key to page by",
                    "Page it with limit and offset, or give it a primary key.");
        }
        return keys;
    }

    private static boolean hasKey(Table table) {
        return !table.primaryKey().isEmpty() || table.uniqueKeys().stream().anyMatch(key -> isNotNull(table, key));
    }

    private static boolean isNotNull(Table table, List<String> names) {
        return names.stream().map(table::column).allMatch(column -> column != null && !column.nullable());
    }

    static ApiException refusal(String message, String hint) {
        return new ApiException(HttpStatus.BAD_REQUEST, CODE, message, null, hint);
    }
}
