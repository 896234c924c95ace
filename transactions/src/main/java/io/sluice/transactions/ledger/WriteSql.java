package io.sluice.transactions.ledger;

import static io.sluice.routing.wire.WireType.INTS;
import static io.sluice.routing.wire.WireType.LONGS;
import static io.sluice.routing.wire.WireType.PLACES;
import static io.sluice.routing.wire.WireType.TEXTS;
import static io.sluice.routing.wire.WireType.UUIDS;

import io.sluice.routing.wire.WireStatement;
import io.sluice.routing.wire.WireType;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The statements that write decisions, each set as arrays; each connection plans them once. */
final class WriteSql {

    private static final String INSERT = "INSERT INTO sluice_ledger.transfers (id, at_micros, debit_account_id,"
            + " credit_account_id, amount, ledger, code, flags, debit_debits_pending, debit_debits_posted,"
            + " debit_credits_pending, debit_credits_posted, credit_debits_pending, credit_debits_posted,"
            + " credit_credits_pending, credit_credits_posted";

    /** Those of the columns above. */
    private static final List<WireType> INSERTED = List.of(
            UUIDS, LONGS, UUIDS, UUIDS, LONGS, LONGS, INTS, INTS, LONGS, LONGS, LONGS, LONGS, LONGS, LONGS, LONGS,
            LONGS);

    /**
     * By the place of each row, known since it was locked: looking them up by their key again costs more than the update.
     * The accounts come in the order of their places, in which the server finds them in one scan; each takes its values
     * from where its place stands among them. A join would begin a scan for each, and ask the system for the table's size
     * every time: twice as much.
     */
    private static final String IN_PLACE = "[width_bucket(a.ctid, %s)]";

    /**
     * Most decisions only move money: one statement for all of them. What cannot change without holds is left as it is. Each
     * array has an {@code unnest} of its own in the SELECT list: in FROM the server writes every one of them down before it
     * reads the first row, which costs a batch of twenty a twelfth of all it costs there.
     */
    static final WireStatement MOVED = statement(
            "WITH created AS (" + INSERT + ") SELECT " + unnested(1, 16) + ") UPDATE sluice_ledger.accounts a SET "
                    + assigned(17, "debits_posted", "credits_posted", "changed_micros"),
            INSERTED,
            PLACES,
            LONGS,
            LONGS,
            LONGS);

    static final WireStatement CREATED = statement(
            INSERT + ", pending_id, user_data_128, user_data_64, user_data_32, timeout) SELECT " + unnested(1, 21),
            INSERTED,
            UUIDS,
            UUIDS,
            LONGS,
            LONGS,
            LONGS);

    static final WireStatement BURNT = WireStatement.of(
            "INSERT INTO sluice_ledger.transfers (id, at_micros, refusal) SELECT " + unnested(1, 3),
            UUIDS,
            LONGS,
            TEXTS);

    static final WireStatement HELD = WireStatement.of(
            "INSERT INTO sluice_ledger.holds (id, status, expires_micros) SELECT id, status, nullif(expires, 0) FROM"
                    + " (SELECT " + unnested(1, 3) + ") AS h (id, status, expires)",
            UUIDS,
            INTS,
            LONGS);

    static final WireStatement SETTLED = WireStatement.of(
            "UPDATE sluice_ledger.holds h SET status = s.status FROM (SELECT " + unnested(1, 2)
                    + ") AS s (id, status) WHERE h.id = s.id",
            UUIDS,
            INTS);

    static final WireStatement COUNTED = WireStatement.of(
            "UPDATE sluice_ledger.accounts a SET "
                    + assigned(
                            1,
                            "debits_pending",
                            "debits_posted",
                            "credits_pending",
                            "credits_posted",
                            "flags",
                            "changed_micros"),
            PLACES,
            LONGS,
            LONGS,
            LONGS,
            LONGS,
            INTS,
            LONGS);

    private WriteSql() {}

    private static WireStatement statement(String sql, List<WireType> first, WireType... more) {
        return WireStatement.of(
                sql, Stream.concat(first.stream(), Stream.of(more)).toArray(WireType[]::new));
    }

    private static String unnested(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(number -> "unnest($" + number + ")")
                .collect(Collectors.joining(", "));
    }

    /** @param places the number of the array of places, behind which come those of the columns */
    private static String assigned(int places, String... columns) {
        String place = IN_PLACE.formatted("$" + places);
        return IntStream.range(0, columns.length)
                .mapToObj(i -> columns[i] + " = ($" + (places + 1 + i) + ")" + place)
                .collect(Collectors.joining(", ", "", " WHERE a.ctid = ANY ($" + places + ")"));
    }
}
