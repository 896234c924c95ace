package io.sluice.gateway.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One element of {@code select=}. */
public sealed interface SelectItem {

    /** {@code *}. */
    record AllColumns() implements SelectItem {}

    /**
     * {@code alias:column->path::cast.sum()::cast}; {@code count()} has the field {@code *}.
     *
     * @param cast applied before the aggregate
     * @param aggregateCast applied to its result
     */
    record Value(
            @Nullable String alias,
            Field field,
            @Nullable String cast,
            @Nullable Aggregate aggregate,
            @Nullable String aggregateCast)
            implements SelectItem {}

    /** {@code alias:relation!hint!inner(items)}. */
    record Embed(@Nullable String alias, Related related, List<SelectItem> items) implements SelectItem {
        public Embed {
            items = List.copyOf(items);
        }
    }

    /** {@code ...relation!hint(items)}: the items become columns of the row around it. */
    record Spread(Related related, List<SelectItem> items) implements SelectItem {
        public Spread {
            items = List.copyOf(items);
        }
    }

    /** The target of an embedding, as written. */
    record Related(
            String name, @Nullable String hint, @Nullable Join join) {}

    /** Whether rows without related ones stay. */
    enum Join {
        LEFT,
        INNER
    }

    /** Aggregate functions. */
    enum Aggregate {
        SUM,
        AVG,
        COUNT,
        MAX,
        MIN
    }
}
