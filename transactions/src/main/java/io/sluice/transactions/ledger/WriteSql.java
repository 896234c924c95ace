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

    private static final String INSERT = "INSERT INTO sluice_ledger.transfers (";
    private static final String NAMES = "id, at_micros, debit_account_id, credit_account_id";
    private static final List<String> MOVEMENT = List.of(
            "amount",
            "ledger",
            "code",
            "flags",
            "debit_debits_pending",
            "debit_debits_posted",
            "debit_credits_pending",
            "debit_credits_posted",
            "credit_debits_pending",
            "credit_debits_posted",
            "credit_credits_pending",
            "credit_credits_posted");
    private static final String MOVED_COLUMNS = NAMES + ", " + String.join(", ", MOVEMENT);
    private static final String MORE = "pending_id, user_data_128, user_data_64, user_data_32, timeout";

    private static final List<WireType> MOVED_TYPES = List.of(
            UUIDS, LONGS, UUIDS, UUIDS, LONGS, LONGS, INTS, INTS, LONGS, LONGS, LONGS, LONGS, LONGS, LONGS, LONGS,
            LONGS);
    private static final List<WireType> CREATED_TYPES = and(MOVED_TYPES, UUIDS, UUIDS, LONGS, LONGS, LONGS);

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
            "WITH created AS (" + INSERT + MOVED_COLUMNS + ") SELECT " + unnested(16)
                    + ") UPDATE sluice_ledger.accounts a SET "
                    + assigned(17, "debits_posted", "credits_posted", "changed_micros"),
            and(MOVED_TYPES, PLACES, LONGS, LONGS, LONGS));

    static final WireStatement CREATED =
            statement(INSERT + MOVED_COLUMNS + ", " + MORE + ") SELECT " + unnested(21), CREATED_TYPES);

    /**
     * Refusals too, for which nothing is moved. They come among the created ones and not behind them: two writers of the
     * same ids, whatever each makes of them, meet at the first.
     */
    static final WireStatement CREATED_OR_REFUSED = statement(
            INSERT + MOVED_COLUMNS + ", " + MORE + ", refusal) SELECT " + NAMES + ", " + nullWhereRefused() + ", "
                    + MORE
                    + ", refusal FROM (SELECT " + unnested(22) + ") AS r (" + MOVED_COLUMNS + ", " + MORE
                    + ", refusal)",
            and(CREATED_TYPES, TEXTS));

    static final WireStatement HELD = WireStatement.of(
            "INSERT INTO sluice_ledger.holds (id, status, expires_micros) SELECT id, status, nullif(expires, 0) FROM"
                    + " (SELECT " + unnested(3) + ") AS h (id, status, expires)",
            UUIDS,
            INTS,
            LONGS);

    static final WireStatement SETTLED = WireStatement.of(
            "UPDATE sluice_ledger.holds h SET status = s.status FROM (SELECT " + unnested(2)
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

    private static List<WireType> and(List<WireType> types, WireType... more) {
        return Stream.concat(types.stream(), Stream.of(more)).toList();
    }

    private static WireStatement statement(String sql, List<WireType> types) {
        return WireStatement.of(sql, types.toArray(WireType[]::new));
    }

    /** The first so many parameters. */
    private static String unnested(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> "unnest($" + number + ")")
                .collect(Collectors.joining(", "));
    }

    private static String nullWhereRefused() {
        return MOVEMENT.stream()
                .map(column -> "CASE WHEN refusal IS NULL THEN " + column + " END")
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
