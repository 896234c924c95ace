package io.sluice.transactions.ledger;

import io.r2dbc.spi.Readable;
import io.sluice.routing.wire.WireRow;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of the rows of {@link ReadSql}. By position, in the order of its lists of columns: they are read for every
 * account and transfer of every batch and page.
 */
final class Rows {

    private Rows() {}

    /** An account as decisions need it: without user data, which no rule looks at. */
    static Account lockedAccount(WireRow row) {
        return new Account(
                row.uuid(0),
                new Balance(row.number(4), row.number(5), row.number(6), row.number(7)),
                UserData.NONE,
                row.number(1),
                (int) row.number(2),
                (int) row.number(3),
                0,
                row.number(8));
    }

    /**
     * Where a locked account's row lies. It stays there until this transaction ends: nobody else can change a locked row,
     * and what moves rows needs a lock on the table that waits for this one.
     */
    static long place(WireRow row) {
        return row.place(9);
    }

    static Account account(Readable row) {
        return new Account(
                uuid(row, 0),
                balance(row, 4),
                userData(row, 8),
                number(row, 1),
                (int) number(row, 2),
                (int) number(row, 3),
                number(row, 11),
                number(row, 12));
    }

    static RecordedTransfer transfer(Readable row) {
        return transfer(row, 0);
    }

    /** A transfer that was made; in each row of {@link ReadSql#EXISTING_STEP} the server's time stands in front. */
    static RecordedTransfer existing(WireRow row) {
        return transfer(row, 1);
    }

    static long existingNow(WireRow row) {
        return row.number(0);
    }

    /** Null where the row is of no transfer. */
    static @Nullable UUID existingId(WireRow row) {
        return row.get(1, UUID.class);
    }

    static boolean existingIsRefusal(WireRow row) {
        return !row.isNull(22);
    }

    /** The first of its columns is {@code at}. */
    private static RecordedTransfer transfer(Readable row, int at) {
        Transfer transfer = new Transfer(
                uuid(row, at),
                uuid(row, at + 2),
                uuid(row, at + 3),
                number(row, at + 4),
                orNil(row.get(at + 5, UUID.class)),
                userData(row, at + 6),
                number(row, at + 9),
                number(row, at + 10),
                (int) number(row, at + 11),
                (int) number(row, at + 12));
        Integer hold = row.get(at + 22, Integer.class);
        return new RecordedTransfer(
                transfer,
                number(row, at + 1),
                hold == null ? HoldStatus.NONE : HoldStatus.ofStored(hold),
                balance(row, at + 13),
                balance(row, at + 17));
    }

    private static Balance balance(Readable row, int at) {
        return new Balance(number(row, at), number(row, at + 1), number(row, at + 2), number(row, at + 3));
    }

    private static UserData userData(Readable row, int at) {
        UUID u128 = row.get(at, UUID.class);
        long u64 = number(row, at + 1);
        long u32 = number(row, at + 2);
        return u128 == null && u64 == 0 && u32 == 0 ? UserData.NONE : new UserData(orNil(u128), u64, u32);
    }

    private static long number(Readable row, int column) {
        return Objects.requireNonNull(row.get(column, Long.class));
    }

    private static UUID uuid(Readable row, int column) {
        return Objects.requireNonNull(row.get(column, UUID.class));
    }

    private static UUID orNil(@Nullable UUID id) {
        return id == null ? Transfer.NIL : id;
    }
}
