package io.sluice.gateway.query;

import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to write, every name found.
 *
 * @param columns the columns that the body sets
 * @param body the body as JSON, empty for a deletion
 * @param shape what the body is: one object, or an array of them
 * @param defaults whether members that an object lacks get the column's default and not null
 * @param matching the key by which a row of the body finds the row that it changes; empty where all rows get the same
 * @param conditions which rows to change or delete; for a put, which rows of the body to take
 * @param returning the columns that come back, all where null
 * @param computed computed columns that come back besides
 * @param representation the rows to answer with, null for none
 * @param key whether the key of a single new row is wanted
 */
public record WritePlan(
        Kind kind,
        Table table,
        List<Column> columns,
        String body,
        Shape shape,
        boolean defaults,
        @Nullable Conflict conflict,
        List<String> matching,
        List<Predicate> conditions,
        @Nullable List<String> returning,
        List<String> computed,
        @Nullable ReadPlan representation,
        boolean key) {

    /** The SQL command. */
    public enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }

    /** What a JSON body is. */
    public enum Shape {
        OBJECT,
        ARRAY
    }

    /**
     * What becomes of rows that are there already.
     *
     * @param target the columns by which they are recognised
     * @param merge whether they are updated, or left alone
     */
    public record Conflict(List<String> target, boolean merge) {
        public Conflict {
            target = List.copyOf(target);
        }
    }

    /** Whether every row of the body changes a row of its own. */
    public boolean isByKey() {
        return !matching.isEmpty();
    }

    public WritePlan {
        columns = List.copyOf(columns);
        matching = List.copyOf(matching);
        conditions = List.copyOf(conditions);
        computed = List.copyOf(computed);
    }
}
