package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What happens to a row whose key is there already.
 *
 * @param update whether the row replaces the one that is there, else it is ignored
 * @param key the columns of a unique constraint
 */
record OnConflict(boolean update, List<String> key) {

    OnConflict {
        key = List.copyOf(key);
    }

    /**
     * Reads {@code on_conflict=ignore|update} and {@code key=column,...}, by default the primary key.
     *
     * @throws ApiException where the action is unknown or the key is not one of the table's
     */
    static OnConflict of(String action, @Nullable String columns, Table table) {
        if (!action.equals("ignore") && !action.equals("update")) {
            throw refusal(
                    "'" + action + "' is not an action on conflicts", "Use on_conflict=ignore or on_conflict=update.");
        }
        List<String> key = columns == null ? table.primaryKey() : Arrays.asList(columns.split(",", -1));
        if (!isKey(key, table)) {
            throw refusal(
                    key.isEmpty()
                            ? "'" + table.name() + "' has no primary key"
                            : "(" + String.join(",", key) + ") is not a unique key of '" + table.name() + "'",
                    "Name the columns of a unique constraint: " + known(table));
        }
        return new OnConflict(action.equals("update"), key);
    }

    private static boolean isKey(List<String> key, Table table) {
        Set<String> wanted = Set.copyOf(new LinkedHashSet<>(key));
        return !key.isEmpty()
                && keys(table).stream().anyMatch(known -> Set.copyOf(known).equals(wanted));
    }

    private static List<List<String>> keys(Table table) {
        List<List<String>> keys = new ArrayList<>();
        if (!table.primaryKey().isEmpty()) {
            keys.add(table.primaryKey());
        }
        keys.addAll(table.uniqueKeys());
        return keys;
    }

    private static String known(Table table) {
        return keys(table).stream().map(key -> "key=" + String.join(",", key)).collect(Collectors.joining(" or "));
    }

    private static ApiException refusal(String message, String hint) {
        return new ApiException(HttpStatus.BAD_REQUEST, "SLUICE204", message, null, hint);
    }

    /** The clause of an INSERT of these columns. */
    String clause(List<String> columns) {
        String action = columns.stream()
                .filter(column -> !key.contains(column))
                .map(column -> QualifiedName.quote(column) + " = excluded." + QualifiedName.quote(column))
                .collect(Collectors.joining(", "));
        return " ON CONFLICT (" + quoted(key) + ") "
                + (update && !action.isEmpty() ? "DO UPDATE SET " + action : "DO NOTHING");
    }

    static String quoted(List<String> columns) {
        return columns.stream().map(QualifiedName::quote).collect(Collectors.joining(", "));
    }
}
