package io.sluice.transactions.ledger;

import java.util.Set;
import java.util.UUID;

/**
 * A request to move {@code amount} from the debit to the credit account, or to settle an earlier hold.
 *
 * @param id made by the caller, once for each transfer; sending the same one again is harmless
 * @param amount minor units, 0 to {@link #AMOUNT_MAX}; as the amount of a post the maximum means the whole hold
 * @param pendingId the hold to post or to void, {@link #NIL} in other transfers
 * @param timeoutSeconds after this many seconds of server time a hold is released; 0 is never
 * @param ledger the kind of money; both accounts must have it
 * @param code the caller's kind of transfer
 * @param flags bits of {@link TransferFlag}
 */
public record Transfer(
        UUID id,
        UUID debitAccountId,
        UUID creditAccountId,
        long amount,
        UUID pendingId,
        UserData userData,
        long timeoutSeconds,
        long ledger,
        int code,
        int flags) {

    public static final long AMOUNT_MAX = Long.MAX_VALUE;
    public static final UUID NIL = new UUID(0, 0);
    static final UUID ALL_ONES = new UUID(-1, -1);

    /** The caller's own kinds are numbered from 1 to this. */
    public static final int CODE_MAX = 65_535;

    public static final long UNSIGNED_INT_MAX = 4_294_967_295L;

    public Transfer {
        if (amount < 0) {
            throw new IllegalArgumentException("amount must not be negative, was " + amount);
        }
    }

    /** A plain transfer, done at once. */
    public static Transfer of(UUID id, UUID debitAccountId, UUID creditAccountId, long amount, long ledger, int code) {
        return new Transfer(id, debitAccountId, creditAccountId, amount, NIL, UserData.NONE, 0, ledger, code, 0);
    }

    /** A hold that is released after {@code timeoutSeconds}, or never where that is 0. */
    public static Transfer pending(
            UUID id,
            UUID debitAccountId,
            UUID creditAccountId,
            long amount,
            long timeoutSeconds,
            long ledger,
            int code) {
        return new Transfer(
                id,
                debitAccountId,
                creditAccountId,
                amount,
                NIL,
                UserData.NONE,
                timeoutSeconds,
                ledger,
                code,
                TransferFlag.PENDING.bit());
    }

    /** Posts {@code amount} of a hold, all of it for {@link #AMOUNT_MAX}. */
    public static Transfer post(UUID id, UUID pendingId, long amount) {
        return settling(id, pendingId, amount, TransferFlag.POST_PENDING_TRANSFER);
    }

    /** Releases a hold. */
    public static Transfer voiding(UUID id, UUID pendingId) {
        return settling(id, pendingId, 0, TransferFlag.VOID_PENDING_TRANSFER);
    }

    static Transfer settling(UUID id, UUID pendingId, long amount, TransferFlag how) {
        return new Transfer(id, NIL, NIL, amount, pendingId, UserData.NONE, 0, 0, 0, how.bit());
    }

    /** The same transfer with these flags and no others. */
    public Transfer withFlags(Set<TransferFlag> flags) {
        int bits = flags.stream().mapToInt(TransferFlag::bit).reduce(0, (a, b) -> a | b);
        return new Transfer(
                id, debitAccountId, creditAccountId, amount, pendingId, userData, timeoutSeconds, ledger, code, bits);
    }

    public boolean has(TransferFlag flag) {
        return (flags & flag.bit()) != 0;
    }

    /** Whether it refers to an earlier hold rather than moving money by itself. */
    boolean settles() {
        int settling = TransferFlag.POST_PENDING_TRANSFER.bit()
                | TransferFlag.VOID_PENDING_TRANSFER.bit()
                | TransferFlag.EXPIRE_PENDING_TRANSFER.bit();
        return (flags & settling) != 0;
    }

    Transfer withAmount(long amount) {
        if (amount == this.amount) {
            return this;
        }
        return new Transfer(
                id, debitAccountId, creditAccountId, amount, pendingId, userData, timeoutSeconds, ledger, code, flags);
    }

    /** As it is recorded when it settles {@code hold}: accounts and kinds are the hold's. */
    Transfer settled(Transfer hold, long amount) {
        return new Transfer(
                id,
                hold.debitAccountId,
                hold.creditAccountId,
                amount,
                pendingId,
                userData.orElse(hold.userData),
                0,
                hold.ledger,
                hold.code,
                flags);
    }
}
