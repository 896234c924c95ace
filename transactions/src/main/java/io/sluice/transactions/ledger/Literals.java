package io.sluice.transactions.ledger;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Arrays as SQL text. Only UUIDs and numbers are ever written, so there is nothing to escape. */
final class Literals {

    private Literals() {}

    static String uuids(Collection<UUID> ids) {
        StringBuilder sql = new StringBuilder(40 + ids.size() * 37);
        appendUuids(sql, List.copyOf(ids), id -> id);
        return sql.toString();
    }

    static <T> void appendUuids(StringBuilder sql, List<T> rows, Function<T, UUID> of) {
        open(sql);
        for (int i = 0; i < rows.size(); i++) {
            sql.append(i == 0 ? "" : ",").append(of.apply(rows.get(i)));
        }
        close(sql, "uuid");
    }

    static <T> void appendLongs(StringBuilder sql, List<T> rows, ToLongFunction<T> of) {
        open(sql);
        for (int i = 0; i < rows.size(); i++) {
            sql.append(i == 0 ? "" : ",").append(of.applyAsLong(rows.get(i)));
        }
        close(sql, "bigint");
    }

    private static void open(StringBuilder sql) {
        sql.append("'{");
    }

    private static void close(StringBuilder sql, String type) {
        sql.append("}'::").append(type).append("[]");
    }
}
