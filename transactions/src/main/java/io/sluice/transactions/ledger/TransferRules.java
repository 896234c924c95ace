package io.sluice.transactions.ledger;

import static io.sluice.transactions.ledger.TransferFlag.BALANCING_CREDIT;
import static io.sluice.transactions.ledger.TransferFlag.BALANCING_DEBIT;
import static io.sluice.transactions.ledger.TransferFlag.CLOSING_CREDIT;
import static io.sluice.transactions.ledger.TransferFlag.CLOSING_DEBIT;
import static io.sluice.transactions.ledger.TransferFlag.PENDING;
import static io.sluice.transactions.ledger.TransferOutcome.ACCOUNTS_MUST_BE_DIFFERENT;
import static io.sluice.transactions.ledger.TransferOutcome.ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
import static io.sluice.transactions.ledger.TransferOutcome.CLOSING_TRANSFER_MUST_BE_PENDING;
import static io.sluice.transactions.ledger.TransferOutcome.CODE_MUST_NOT_BE_ZERO;
import static io.sluice.transactions.ledger.TransferOutcome.CREATED;
import static io.sluice.transactions.ledger.TransferOutcome.CREDIT_ACCOUNT_ALREADY_CLOSED;
import static io.sluice.transactions.ledger.TransferOutcome.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
import static io.sluice.transactions.ledger.TransferOutcome.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
import static io.sluice.transactions.ledger.TransferOutcome.CREDIT_ACCOUNT_NOT_FOUND;
import static io.sluice.transactions.ledger.TransferOutcome.DEBIT_ACCOUNT_ALREADY_CLOSED;
import static io.sluice.transactions.ledger.TransferOutcome.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
import static io.sluice.transactions.ledger.TransferOutcome.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
import static io.sluice.transactions.ledger.TransferOutcome.DEBIT_ACCOUNT_NOT_FOUND;
import static io.sluice.transactions.ledger.TransferOutcome.EXCEEDS_CREDITS;
import static io.sluice.transactions.ledger.TransferOutcome.EXCEEDS_DEBITS;
import static io.sluice.transactions.ledger.TransferOutcome.ID_ALREADY_FAILED;
import static io.sluice.transactions.ledger.TransferOutcome.ID_MUST_NOT_BE_INT_MAX;
import static io.sluice.transactions.ledger.TransferOutcome.ID_MUST_NOT_BE_ZERO;
import static io.sluice.transactions.ledger.TransferOutcome.LEDGER_MUST_NOT_BE_ZERO;
import static io.sluice.transactions.ledger.TransferOutcome.OVERFLOWS_CREDITS;
import static io.sluice.transactions.ledger.TransferOutcome.OVERFLOWS_CREDITS_PENDING;
import static io.sluice.transactions.ledger.TransferOutcome.OVERFLOWS_CREDITS_POSTED;
import static io.sluice.transactions.ledger.TransferOutcome.OVERFLOWS_DEBITS;
import static io.sluice.transactions.ledger.TransferOutcome.OVERFLOWS_DEBITS_PENDING;
import static io.sluice.transactions.ledger.TransferOutcome.OVERFLOWS_DEBITS_POSTED;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_ID_MUST_BE_ZERO;
import static io.sluice.transactions.ledger.TransferOutcome.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
import static io.sluice.transactions.ledger.TransferOutcome.TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;

import org.jspecify.annotations.Nullable;

/** The checks of one transfer in their order, and its effects where all of them pass. */
final class TransferRules {

    private final Draft draft;
    private final long micros;

    TransferRules(Draft draft, long micros) {
        this.draft = draft;
        this.micros = micros;
    }

    TransferOutcome decide(Transfer transfer) {
        if (transfer.id().equals(Transfer.NIL)) {
            return ID_MUST_NOT_BE_ZERO;
        }
        if (transfer.id().equals(Transfer.ALL_ONES)) {
            return ID_MUST_NOT_BE_INT_MAX;
        }
        RecordedTransfer existing = draft.transfer(transfer.id());
        if (existing != null) {
            return RepeatRules.compare(transfer, existing, draft);
        }
        if (draft.isBurnt(transfer.id())) {
            return ID_ALREADY_FAILED;
        }
        if (transfer.settles()) {
            return new SettlementRules(draft, micros).decide(transfer);
        }
        TransferOutcome malformed = checkForm(transfer);
        if (malformed != null) {
            return malformed;
        }
        Account debit = draft.account(transfer.debitAccountId());
        if (debit == null) {
            return DEBIT_ACCOUNT_NOT_FOUND;
        }
        Account credit = draft.account(transfer.creditAccountId());
        if (credit == null) {
            return CREDIT_ACCOUNT_NOT_FOUND;
        }
        return move(transfer, debit, credit);
    }

    private static @Nullable TransferOutcome checkForm(Transfer transfer) {
        TransferOutcome accounts = checkAccountIds(transfer);
        if (accounts != null) {
            return accounts;
        }
        if (!transfer.pendingId().equals(Transfer.NIL)) {
            return PENDING_ID_MUST_BE_ZERO;
        }
        if (!transfer.has(PENDING)) {
            if (transfer.timeoutSeconds() != 0) {
                return TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
            }
            if (transfer.has(CLOSING_DEBIT) || transfer.has(CLOSING_CREDIT)) {
                return CLOSING_TRANSFER_MUST_BE_PENDING;
            }
        }
        if (transfer.ledger() == 0) {
            return LEDGER_MUST_NOT_BE_ZERO;
        }
        return transfer.code() == 0 ? CODE_MUST_NOT_BE_ZERO : null;
    }

    private static @Nullable TransferOutcome checkAccountIds(Transfer transfer) {
        if (transfer.debitAccountId().equals(Transfer.NIL)) {
            return DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        }
        if (transfer.debitAccountId().equals(Transfer.ALL_ONES)) {
            return DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        }
        if (transfer.creditAccountId().equals(Transfer.NIL)) {
            return CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        }
        if (transfer.creditAccountId().equals(Transfer.ALL_ONES)) {
            return CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        }
        return transfer.creditAccountId().equals(transfer.debitAccountId()) ? ACCOUNTS_MUST_BE_DIFFERENT : null;
    }

    private TransferOutcome move(Transfer transfer, Account debit, Account credit) {
        if (debit.ledger() != credit.ledger()) {
            return ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
        }
        if (transfer.ledger() != debit.ledger()) {
            return TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;
        }
        if (debit.has(AccountFlag.CLOSED)) {
            return DEBIT_ACCOUNT_ALREADY_CLOSED;
        }
        if (credit.has(AccountFlag.CLOSED)) {
            return CREDIT_ACCOUNT_ALREADY_CLOSED;
        }
        long amount = balanced(transfer, debit.balance(), credit.balance());
        boolean pending = transfer.has(PENDING);
        TransferOutcome overflow = checkOverflow(amount, pending, debit.balance(), credit.balance());
        if (overflow != null) {
            return overflow;
        }
        if (debit.debitsWouldExceedCredits(amount)) {
            return EXCEEDS_CREDITS;
        }
        if (credit.creditsWouldExceedDebits(amount)) {
            return EXCEEDS_DEBITS;
        }
        record(transfer, amount, debit, credit);
        return CREATED;
    }

    private static long balanced(Transfer transfer, Balance debit, Balance credit) {
        long amount = transfer.amount();
        if (transfer.has(BALANCING_DEBIT)) {
            amount = Math.min(amount, room(debit.creditsPosted(), debit.debitsPosted() + debit.debitsPending()));
        }
        if (transfer.has(BALANCING_CREDIT)) {
            amount = Math.min(amount, room(credit.debitsPosted(), credit.creditsPosted() + credit.creditsPending()));
        }
        return amount;
    }

    private static long room(long limit, long used) {
        return Math.max(0, limit - used);
    }

    private static @Nullable TransferOutcome checkOverflow(
            long amount, boolean pending, Balance debit, Balance credit) {
        if (pending && overflows(amount, debit.debitsPending())) {
            return OVERFLOWS_DEBITS_PENDING;
        }
        if (pending && overflows(amount, credit.creditsPending())) {
            return OVERFLOWS_CREDITS_PENDING;
        }
        if (overflows(amount, debit.debitsPosted())) {
            return OVERFLOWS_DEBITS_POSTED;
        }
        if (overflows(amount, credit.creditsPosted())) {
            return OVERFLOWS_CREDITS_POSTED;
        }
        if (overflows(amount, debit.debitsPending() + debit.debitsPosted())) {
            return OVERFLOWS_DEBITS;
        }
        return overflows(amount, credit.creditsPending() + credit.creditsPosted()) ? OVERFLOWS_CREDITS : null;
    }

    private static boolean overflows(long amount, long counter) {
        return amount > Transfer.AMOUNT_MAX - counter;
    }

    private void record(Transfer transfer, long amount, Account debit, Account credit) {
        boolean pending = transfer.has(PENDING);
        long held = pending ? amount : 0;
        long posted = pending ? 0 : amount;
        Account debitAfter =
                debit.changed(debit.balance().plusDebit(held, posted), transfer.has(CLOSING_DEBIT), micros);
        Account creditAfter =
                credit.changed(credit.balance().plusCredit(held, posted), transfer.has(CLOSING_CREDIT), micros);
        draft.put(debitAfter);
        draft.put(creditAfter);
        draft.add(new RecordedTransfer(
                transfer.withAmount(amount),
                micros,
                pending ? HoldStatus.PENDING : HoldStatus.NONE,
                debitAfter.balance(),
                creditAfter.balance()));
    }
}
