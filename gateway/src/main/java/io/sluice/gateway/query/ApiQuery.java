package io.sluice.gateway.query;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query string, understood but not yet checked against a schema.
 *
 * @param columns {@code columns=}, or null
 * @param onConflict {@code on_conflict=}, or null
 * @param after {@code after=}, where a page begins, or null
 * @param arguments parameters without an operator: arguments of a function, in order, names may repeat
 */
public record ApiQuery(
        List<SelectItem> select,
        List<At<Condition>> conditions,
        List<At<List<OrderTerm>>> orders,
        List<At<Page>> pages,
        @Nullable List<String> columns,
        @Nullable List<String> onConflict,
        @Nullable String after,
        List<Argument> arguments) {

    /** Something that is meant for the embedded relation at {@code path}; for the root where that is empty. */
    public record At<T>(List<String> path, T value) {
        public At {
            path = List.copyOf(path);
        }
    }

    /** A function's argument. */
    public record Argument(String name, String value) {}

    public ApiQuery {
        select = List.copyOf(select);
        conditions = List.copyOf(conditions);
        orders = List.copyOf(orders);
        pages = List.copyOf(pages);
        arguments = List.copyOf(arguments);
    }

    /** The same with a page of the root that is in {@code range} too; one that cannot be is left for its refusal. */
    public ApiQuery within(Page range) {
        if (range.equals(Page.ALL)) {
            return this;
        }
        List<At<Page>> ranged = new ArrayList<>();
        ranged.add(new At<>(List.of(), range));
        for (At<Page> page : pages) {
            if (!page.path().isEmpty()) {
                ranged.add(page);
            } else if (page.value().isPossible()) {
                ranged.set(0, new At<>(List.of(), page.value().intersect(range)));
            } else {
                ranged.set(0, page);
            }
        }
        return new ApiQuery(select, conditions, orders, ranged, columns, onConflict, after, arguments);
    }
}
