package io.sluice.transactions.ledger;

import java.util.UUID;

/**
 * A transfer in the ledger.
 *
 * @param transfer as it was done: the amount that moved, the accounts and kinds of the hold it settled
 * @param timestampMicros when: microseconds since 1970, server time; unique and rising for each account
 * @param hold what became of it, where it is pending
 * @param debitAfter the debit account's counters after it
 * @param creditAfter the credit account's counters after it
 */
public record RecordedTransfer(
        Transfer transfer, long timestampMicros, HoldStatus hold, Balance debitAfter, Balance creditAfter) {

    private static final long MICROS_A_SECOND = 1_000_000;

    /** The counters of one of its two accounts after it. */
    public Balance balanceOf(UUID account) {
        return account.equals(transfer.debitAccountId()) ? debitAfter : creditAfter;
    }

    RecordedTransfer withHold(HoldStatus hold) {
        return new RecordedTransfer(transfer, timestampMicros, hold, debitAfter, creditAfter);
    }

    boolean expires() {
        return transfer.timeoutSeconds() > 0;
    }

    /** Server time from which on the hold can neither be posted nor voided. */
    long expiresAtMicros() {
        return timestampMicros + transfer.timeoutSeconds() * MICROS_A_SECOND;
    }
}
