package io.sluice.transactions.ledger;

import static io.sluice.routing.wire.WireType.INTS;
import static io.sluice.routing.wire.WireType.LONGS;
import static io.sluice.routing.wire.WireType.PLACES;
import static io.sluice.routing.wire.WireType.UUIDS;
import static io.sluice.routing.wire.WireValue.ints;
import static io.sluice.routing.wire.WireValue.longs;
import static io.sluice.routing.wire.WireValue.places;
import static io.sluice.routing.wire.WireValue.uuids;

import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireStatement;
import io.sluice.routing.wire.WireValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The writing of a decision that only moves money, which most are: a statement that each connection plans once, its arrays
 * in binary. Parsing and planning it anew would cost the server a quarter of what a batch of thirty costs it, arrays as text
 * another tenth.
 */
final class PlainWrite {

    /**
     * Sixteen arrays of transfers, four of accounts. Each of the transfers has an {@code unnest} of its own in the SELECT list:
     * in FROM the server writes every one of them down before it reads the first row, which costs a batch of twenty a
     * twelfth of all it costs there.
     *
     * <p>The accounts come in the order of their places, in which the server finds them in one scan; each takes its values
     * from where its place stands among them. A join would begin a scan for each, and ask the system for the table's size
     * every time: twice as much. What cannot change without holds is left as it is.
     */
    private static final WireStatement WRITE = WireStatement.of(
            "WITH created AS (" + WriteSql.INSERT + ") SELECT " + unnested(1, 16) + ") UPDATE sluice_ledger.accounts a"
                    + " SET debits_posted = ($18)[width_bucket(a.ctid, $17)],"
                    + " credits_posted = ($19)[width_bucket(a.ctid, $17)],"
                    + " changed_micros = ($20)[width_bucket(a.ctid, $17)] WHERE a.ctid = ANY ($17)",
            UUIDS,
            LONGS,
            UUIDS,
            UUIDS,
            LONGS,
            LONGS,
            INTS,
            INTS,
            LONGS,
            LONGS,
            LONGS,
            LONGS,
            LONGS,
            LONGS,
            LONGS,
            LONGS,
            PLACES,
            LONGS,
            LONGS,
            LONGS);

    private PlainWrite() {}

    private static String unnested(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(number -> "unnest($" + number + ")")
                .collect(Collectors.joining(", "));
    }

    /** Whether this is all that has to be written. */
    static boolean canWrite(Decision decision) {
        return !decision.created().isEmpty()
                && decision.burnt().isEmpty()
                && decision.settledHolds().isEmpty()
                && decision.created().stream()
                        .allMatch(row -> row.hold() == HoldStatus.NONE && WriteSql.isPlain(row.transfer()));
    }

    /** @param places where the rows of its accounts lie */
    static WireBatch of(Decision decision, Map<UUID, Long> places) {
        List<WireValue> values = new ArrayList<>(20);
        transfers(values, WriteSql.sorted(decision.created()));
        accounts(values, placed(decision, places));
        return new WireBatch(List.of(new WireBatch.Step(WRITE, values)));
    }

    private static void transfers(List<WireValue> values, List<RecordedTransfer> rows) {
        values.add(uuids(rows, row -> row.transfer().id()));
        values.add(longs(rows, RecordedTransfer::timestampMicros));
        values.add(uuids(rows, row -> row.transfer().debitAccountId()));
        values.add(uuids(rows, row -> row.transfer().creditAccountId()));
        values.add(longs(rows, row -> row.transfer().amount()));
        values.add(longs(rows, row -> row.transfer().ledger()));
        values.add(ints(rows, row -> row.transfer().code()));
        values.add(ints(rows, row -> row.transfer().flags()));
        balance(values, rows, RecordedTransfer::debitAfter);
        balance(values, rows, RecordedTransfer::creditAfter);
    }

    private record Placed(Account account, long place) {}

    private static List<Placed> placed(Decision decision, Map<UUID, Long> places) {
        return decision.accounts().stream()
                .map(account -> new Placed(account, Objects.requireNonNull(places.get(account.id()))))
                .sorted(Comparator.comparingLong(Placed::place))
                .toList();
    }

    private static void accounts(List<WireValue> values, List<Placed> rows) {
        values.add(places(rows, Placed::place));
        values.add(longs(rows, row -> row.account().balance().debitsPosted()));
        values.add(longs(rows, row -> row.account().balance().creditsPosted()));
        values.add(longs(rows, row -> row.account().changedMicros()));
    }

    private static void balance(
            List<WireValue> values, List<RecordedTransfer> rows, Function<RecordedTransfer, Balance> of) {
        values.add(longs(rows, row -> of.apply(row).debitsPending()));
        values.add(longs(rows, row -> of.apply(row).debitsPosted()));
        values.add(longs(rows, row -> of.apply(row).creditsPending()));
        values.add(longs(rows, row -> of.apply(row).creditsPosted()));
    }
}
