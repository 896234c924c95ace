package io.sluice.transactions.ledger;

import static io.sluice.routing.wire.WireValue.ints;
import static io.sluice.routing.wire.WireValue.longs;
import static io.sluice.routing.wire.WireValue.places;
import static io.sluice.routing.wire.WireValue.texts;
import static io.sluice.routing.wire.WireValue.uuids;

import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireBatch.Step;
import io.sluice.routing.wire.WireValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a decision: transfers with the burnt ids among them, holds and counters, each set by one statement. What a decision
 * does not need is left out.
 */
final class DecisionWrite {

    /**
     * The order of inserts, by id as PostgreSQL orders them. Two gateways that insert the same ids wait for each other
     * in the same order, and not for one another at the same time.
     */
    static final Comparator<UUID> ID_ORDER = (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    };

    private final Decision decision;
    private final List<RecordedTransfer> created;
    private final List<Placed> accounts;

    private DecisionWrite(Decision decision, Map<UUID, Long> places) {
        this.decision = decision;
        this.created = sorted(decision.created().stream(), row -> row.transfer().id());
        this.accounts = decision.accounts().stream()
                .map(account -> new Placed(account, Objects.requireNonNull(places.get(account.id()))))
                .sorted(Comparator.comparingLong(Placed::place))
                .toList();
    }

    private record Placed(Account account, long place) {}

    /**
     * The statements for a decision that changes something.
     *
     * @param places where the rows of its accounts lie
     */
    static WireBatch of(Decision decision, Map<UUID, Long> places) {
        DecisionWrite write = new DecisionWrite(decision, places);
        return new WireBatch(write.onlyMovesMoney() ? List.of(write.moved()) : write.all());
    }

    private boolean onlyMovesMoney() {
        return !created.isEmpty()
                && decision.burnt().isEmpty()
                && decision.settledHolds().isEmpty()
                && created.stream().allMatch(row -> row.hold() == HoldStatus.NONE && isPlain(row.transfer()));
    }

    private static boolean isPlain(Transfer transfer) {
        return transfer.pendingId().equals(Transfer.NIL)
                && transfer.timeoutSeconds() == 0
                && transfer.userData().equals(UserData.NONE);
    }

    private Step moved() {
        List<WireValue> values = moved(created);
        values.add(places(accounts, Placed::place));
        values.add(longs(accounts, row -> row.account().balance().debitsPosted()));
        values.add(longs(accounts, row -> row.account().balance().creditsPosted()));
        values.add(longs(accounts, row -> row.account().changedMicros()));
        return new Step(WriteSql.MOVED, values);
    }

    private List<Step> all() {
        List<Step> steps = new ArrayList<>();
        steps.add(decision.burnt().isEmpty() ? created() : createdOrRefused());
        List<RecordedTransfer> held =
                created.stream().filter(row -> row.hold() != HoldStatus.NONE).toList();
        if (!held.isEmpty()) {
            steps.add(held(held));
        }
        if (!decision.settledHolds().isEmpty()) {
            steps.add(settled());
        }
        if (!accounts.isEmpty()) {
            steps.add(counted());
        }
        return steps;
    }

    private Step created() {
        return new Step(WriteSql.CREATED, created(created));
    }

    /** A row of the transfers: of one that was created, or of a refusal, which has an id, a time and nothing else. */
    private record Recorded(
            RecordedTransfer transfer, @Nullable String refusal) {

        static Recorded of(Decision.Burnt refused) {
            Transfer nothing = Transfer.of(refused.id(), Transfer.NIL, Transfer.NIL, 0, 0, 0);
            return new Recorded(
                    new RecordedTransfer(
                            nothing, refused.timestampMicros(), HoldStatus.NONE, Balance.ZERO, Balance.ZERO),
                    refused.outcome().wireName());
        }

        UUID id() {
            return transfer.transfer().id();
        }
    }

    private Step createdOrRefused() {
        List<Recorded> rows = sorted(
                Stream.concat(
                        created.stream().map(row -> new Recorded(row, null)),
                        decision.burnt().stream().map(Recorded::of)),
                Recorded::id);
        List<WireValue> values = created(rows.stream().map(Recorded::transfer).toList());
        values.add(texts(rows, Recorded::refusal));
        return new Step(WriteSql.CREATED_OR_REFUSED, values);
    }

    private static List<WireValue> created(List<RecordedTransfer> rows) {
        List<WireValue> values = moved(rows);
        values.add(uuids(rows, row -> orNull(row.transfer().pendingId())));
        values.add(uuids(rows, row -> orNull(row.transfer().userData().u128())));
        values.add(longs(rows, row -> row.transfer().userData().u64()));
        values.add(longs(rows, row -> row.transfer().userData().u32()));
        values.add(longs(rows, row -> row.transfer().timeoutSeconds()));
        return values;
    }

    private static List<WireValue> moved(List<RecordedTransfer> rows) {
        List<WireValue> values = new ArrayList<>(22);
        values.add(uuids(rows, row -> row.transfer().id()));
        values.add(longs(rows, RecordedTransfer::timestampMicros));
        values.add(uuids(rows, row -> orNull(row.transfer().debitAccountId())));
        values.add(uuids(rows, row -> orNull(row.transfer().creditAccountId())));
        values.add(longs(rows, row -> row.transfer().amount()));
        values.add(longs(rows, row -> row.transfer().ledger()));
        values.add(ints(rows, row -> row.transfer().code()));
        values.add(ints(rows, row -> row.transfer().flags()));
        balance(values, rows, RecordedTransfer::debitAfter);
        balance(values, rows, RecordedTransfer::creditAfter);
        return values;
    }

    private static Step held(List<RecordedTransfer> rows) {
        return Step.of(
                WriteSql.HELD,
                uuids(rows, row -> row.transfer().id()),
                ints(rows, row -> row.hold().stored()),
                longs(rows, row -> row.expires() ? row.expiresAtMicros() : 0));
    }

    private Step settled() {
        List<Map.Entry<UUID, HoldStatus>> rows = sorted(decision.settledHolds().entrySet().stream(), Map.Entry::getKey);
        return Step.of(WriteSql.SETTLED, uuids(rows, Map.Entry::getKey), ints(rows, row -> row.getValue()
                .stored()));
    }

    private Step counted() {
        List<WireValue> values = new ArrayList<>(7);
        values.add(places(accounts, Placed::place));
        balance(values, accounts, row -> row.account().balance());
        values.add(ints(accounts, row -> row.account().flags()));
        values.add(longs(accounts, row -> row.account().changedMicros()));
        return new Step(WriteSql.COUNTED, values);
    }

    private static <T> void balance(List<WireValue> values, List<T> rows, Function<T, Balance> of) {
        values.add(longs(rows, row -> of.apply(row).debitsPending()));
        values.add(longs(rows, row -> of.apply(row).debitsPosted()));
        values.add(longs(rows, row -> of.apply(row).creditsPending()));
        values.add(longs(rows, row -> of.apply(row).creditsPosted()));
    }

    private static <T> List<T> sorted(Stream<T> rows, Function<T, UUID> id) {
        return rows.sorted(Comparator.comparing(id, ID_ORDER)).toList();
    }

    private static @Nullable UUID orNull(UUID id) {
        return id.equals(Transfer.NIL) ? null : id;
    }
}
