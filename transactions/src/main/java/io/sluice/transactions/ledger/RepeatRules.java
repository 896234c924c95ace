package io.sluice.transactions.ledger;

import static io.sluice.transactions.ledger.TransferOutcome.EXISTS;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_AMOUNT;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_CODE;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_FLAGS;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_LEDGER;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_PENDING_ID;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_TIMEOUT;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_USER_DATA_128;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_USER_DATA_32;
import static io.sluice.transactions.ledger.TransferOutcome.EXISTS_WITH_DIFFERENT_USER_DATA_64;

/** Whether a request whose id is taken is a harmless repeat, and the first field that says otherwise. */
final class RepeatRules {

    private RepeatRules() {}

    static TransferOutcome compare(Transfer repeat, RecordedTransfer existing, Draft draft) {
        Transfer recorded = existing.transfer();
        // The flags change what the other fields mean: they come first.
        if (repeat.flags() != recorded.flags()) {
            return EXISTS_WITH_DIFFERENT_FLAGS;
        }
        if (!repeat.pendingId().equals(recorded.pendingId())) {
            return EXISTS_WITH_DIFFERENT_PENDING_ID;
        }
        if (repeat.timeoutSeconds() != recorded.timeoutSeconds()) {
            return EXISTS_WITH_DIFFERENT_TIMEOUT;
        }
        if (!repeat.settles()) {
            boolean balancing = repeat.has(TransferFlag.BALANCING_DEBIT) || repeat.has(TransferFlag.BALANCING_CREDIT);
            // A balancing transfer moved what there was room for, so a repeat may have asked for more.
            boolean sameAmount =
                    balancing ? repeat.amount() >= recorded.amount() : repeat.amount() == recorded.amount();
            return compareFields(repeat, recorded, sameAmount);
        }
        RecordedTransfer hold = draft.transfer(repeat.pendingId());
        if (hold == null) {
            throw new IllegalStateException("the hold " + repeat.pendingId() + " was not loaded");
        }
        Transfer filled = repeat.settled(hold.transfer(), repeat.amount());
        return compareFields(
                withGivenFields(repeat, filled), recorded, sameSettledAmount(repeat, recorded, hold.transfer()));
    }

    /** What the repeat leaves at zero was taken from the hold then, and is now. */
    private static Transfer withGivenFields(Transfer repeat, Transfer filled) {
        return new Transfer(
                filled.id(),
                repeat.debitAccountId().equals(Transfer.NIL) ? filled.debitAccountId() : repeat.debitAccountId(),
                repeat.creditAccountId().equals(Transfer.NIL) ? filled.creditAccountId() : repeat.creditAccountId(),
                filled.amount(),
                filled.pendingId(),
                filled.userData(),
                filled.timeoutSeconds(),
                repeat.ledger() == 0 ? filled.ledger() : repeat.ledger(),
                repeat.code() == 0 ? filled.code() : repeat.code(),
                filled.flags());
    }

    private static boolean sameSettledAmount(Transfer repeat, Transfer recorded, Transfer hold) {
        boolean wholeHold = repeat.has(TransferFlag.POST_PENDING_TRANSFER)
                ? repeat.amount() == Transfer.AMOUNT_MAX
                : repeat.amount() == 0;
        return recorded.amount() == (wholeHold ? hold.amount() : repeat.amount());
    }

    private static TransferOutcome compareFields(Transfer repeat, Transfer recorded, boolean sameAmount) {
        if (!repeat.debitAccountId().equals(recorded.debitAccountId())) {
            return EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
        }
        if (!repeat.creditAccountId().equals(recorded.creditAccountId())) {
            return EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
        }
        if (!sameAmount) {
            return EXISTS_WITH_DIFFERENT_AMOUNT;
        }
        if (!repeat.userData().u128().equals(recorded.userData().u128())) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        }
        if (repeat.userData().u64() != recorded.userData().u64()) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        }
        if (repeat.userData().u32() != recorded.userData().u32()) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        }
        if (repeat.ledger() != recorded.ledger()) {
            return EXISTS_WITH_DIFFERENT_LEDGER;
        }
        return repeat.code() == recorded.code() ? EXISTS : EXISTS_WITH_DIFFERENT_CODE;
    }
}
