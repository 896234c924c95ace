package io.sluice.transactions.ledger;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Arrays as SQL text. Only UUIDs, numbers and names of our own are ever written, so there is nothing to escape.
 *
 * <p>Text and not parameters, because the driver sends a parameterised statement only when the one before it has ended:
 * without parameters BEGIN, locks and reads go out together, and so do writes and COMMIT.
 */
final class Literals {

    private Literals() {}

    static String uuids(Collection<UUID> ids) {
        StringBuilder sql = new StringBuilder(40 + ids.size() * 37);
        appendUuids(sql, List.copyOf(ids), id -> id);
        return sql.toString();
    }

    static <T> void appendUuids(StringBuilder sql, List<T> rows, Function<T, @Nullable UUID> of) {
        open(sql);
        for (int i = 0; i < rows.size(); i++) {
            UUID id = of.apply(rows.get(i));
            sql.append(i == 0 ? "" : ",").append(id == null ? "NULL" : id.toString());
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

    static <T> void appendInts(StringBuilder sql, List<T> rows, ToLongFunction<T> of) {
        open(sql);
        for (int i = 0; i < rows.size(); i++) {
            sql.append(i == 0 ? "" : ",").append(of.applyAsLong(rows.get(i)));
        }
        close(sql, "int");
    }

    /** Names as {@link TransferOutcome#wireName()} gives them: letters, digits and underscores. */
    static <T> void appendNames(StringBuilder sql, List<T> rows, Function<T, String> of) {
        open(sql);
        for (int i = 0; i < rows.size(); i++) {
            sql.append(i == 0 ? "" : ",").append(of.apply(rows.get(i)));
        }
        close(sql, "text");
    }

    /** Places of rows: a block and, in the last 16 bits, a line there. */
    static <T> void appendPlaces(StringBuilder sql, List<T> rows, ToLongFunction<T> of) {
        open(sql);
        for (int i = 0; i < rows.size(); i++) {
            long place = of.applyAsLong(rows.get(i));
            sql.append(i == 0 ? "\"(" : ",\"(")
                    .append(place >>> 16)
                    .append(',')
                    .append(place & 0xFFFF)
                    .append(")\"");
        }
        close(sql, "tid");
    }

    private static void open(StringBuilder sql) {
        sql.append("'{");
    }

    private static void close(StringBuilder sql, String type) {
        sql.append("}'::").append(type).append("[]");
    }
}
