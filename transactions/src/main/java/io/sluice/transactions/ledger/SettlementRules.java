package io.sluice.transactions.ledger;

import static io.sluice.transactions.ledger.TransferFlag.CLOSING_CREDIT;
import static io.sluice.transactions.ledger.TransferFlag.CLOSING_DEBIT;
import static io.sluice.transactions.ledger.TransferFlag.EXPIRE_PENDING_TRANSFER;
import static io.sluice.transactions.ledger.TransferFlag.PENDING;
import static io.sluice.transactions.ledger.TransferFlag.POST_PENDING_TRANSFER;
import static io.sluice.transactions.ledger.TransferFlag.VOID_PENDING_TRANSFER;
import static io.sluice.transactions.ledger.TransferOutcome.CREATED;
import static io.sluice.transactions.ledger.TransferOutcome.CREDIT_ACCOUNT_ALREADY_CLOSED;
import static io.sluice.transactions.ledger.TransferOutcome.DEBIT_ACCOUNT_ALREADY_CLOSED;
import static io.sluice.transactions.ledger.TransferOutcome.EXCEEDS_PENDING_TRANSFER_AMOUNT;
import static io.sluice.transactions.ledger.TransferOutcome.FLAGS_ARE_MUTUALLY_EXCLUSIVE;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_ID_MUST_BE_DIFFERENT;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_ID_MUST_NOT_BE_INT_MAX;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_ID_MUST_NOT_BE_ZERO;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_TRANSFER_ALREADY_POSTED;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_TRANSFER_ALREADY_VOIDED;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_TRANSFER_EXPIRED;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_TRANSFER_HAS_DIFFERENT_CODE;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_TRANSFER_HAS_DIFFERENT_LEDGER;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_TRANSFER_NOT_FOUND;
import static io.sluice.transactions.ledger.TransferOutcome.PENDING_TRANSFER_NOT_PENDING;
import static io.sluice.transactions.ledger.TransferOutcome.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Posting, voiding and expiry of a hold. */
final class SettlementRules {

    private static final int KINDS =
            POST_PENDING_TRANSFER.bit() | VOID_PENDING_TRANSFER.bit() | EXPIRE_PENDING_TRANSFER.bit();
    private static final int ALLOWED = KINDS | TransferFlag.LINKED.bit();

    private final Draft draft;
    private final long micros;

    SettlementRules(Draft draft, long micros) {
        this.draft = draft;
        this.micros = micros;
    }

    TransferOutcome decide(Transfer transfer) {
        TransferOutcome malformed = checkForm(transfer);
        if (malformed != null) {
            return malformed;
        }
        RecordedTransfer hold = draft.transfer(transfer.pendingId());
        if (hold == null) {
            return PENDING_TRANSFER_NOT_FOUND;
        }
        if (!hold.transfer().has(PENDING)) {
            return PENDING_TRANSFER_NOT_PENDING;
        }
        TransferOutcome mismatch = checkAgainst(transfer, hold.transfer());
        if (mismatch != null) {
            return mismatch;
        }
        TransferOutcome settled = checkStatus(transfer, hold);
        if (settled != null) {
            return settled;
        }
        return settle(
                transfer,
                hold,
                accountOf(hold, hold.transfer().debitAccountId()),
                accountOf(hold, hold.transfer().creditAccountId()));
    }

    private static @Nullable TransferOutcome checkForm(Transfer transfer) {
        boolean oneKind = Integer.bitCount(transfer.flags() & KINDS) == 1;
        if (!oneKind || (transfer.flags() & ~ALLOWED) != 0) {
            return FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        }
        if (transfer.pendingId().equals(Transfer.NIL)) {
            return PENDING_ID_MUST_NOT_BE_ZERO;
        }
        if (transfer.pendingId().equals(Transfer.ALL_ONES)) {
            return PENDING_ID_MUST_NOT_BE_INT_MAX;
        }
        if (transfer.pendingId().equals(transfer.id())) {
            return PENDING_ID_MUST_BE_DIFFERENT;
        }
        return transfer.timeoutSeconds() != 0 ? TIMEOUT_RESERVED_FOR_PENDING_TRANSFER : null;
    }

    /** Whatever the request repeats of the hold must be the same; what it leaves at zero is taken from the hold. */
    private static @Nullable TransferOutcome checkAgainst(Transfer transfer, Transfer hold) {
        if (differs(transfer.debitAccountId(), hold.debitAccountId())) {
            return PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID;
        }
        if (differs(transfer.creditAccountId(), hold.creditAccountId())) {
            return PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID;
        }
        if (transfer.ledger() != 0 && transfer.ledger() != hold.ledger()) {
            return PENDING_TRANSFER_HAS_DIFFERENT_LEDGER;
        }
        if (transfer.code() != 0 && transfer.code() != hold.code()) {
            return PENDING_TRANSFER_HAS_DIFFERENT_CODE;
        }
        long amount = amountOf(transfer, hold);
        if (amount > hold.amount()) {
            return EXCEEDS_PENDING_TRANSFER_AMOUNT;
        }
        boolean partialVoid = transfer.has(VOID_PENDING_TRANSFER) && amount < hold.amount();
        return partialVoid ? PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT : null;
    }

    private static boolean differs(UUID requested, UUID held) {
        return !requested.equals(Transfer.NIL) && !requested.equals(held);
    }

    private static long amountOf(Transfer transfer, Transfer hold) {
        if (transfer.has(POST_PENDING_TRANSFER)) {
            return transfer.amount() == Transfer.AMOUNT_MAX ? hold.amount() : transfer.amount();
        }
        return transfer.amount() == 0 ? hold.amount() : transfer.amount();
    }

    private @Nullable TransferOutcome checkStatus(Transfer transfer, RecordedTransfer hold) {
        return switch (hold.hold()) {
            case NONE -> PENDING_TRANSFER_NOT_PENDING;
            case POSTED -> PENDING_TRANSFER_ALREADY_POSTED;
            case VOIDED -> PENDING_TRANSFER_ALREADY_VOIDED;
            case EXPIRED -> PENDING_TRANSFER_EXPIRED;
            case PENDING -> checkTime(transfer, hold);
        };
    }

    /** A hold is over at its time, whether or not its expiry was recorded yet. */
    private @Nullable TransferOutcome checkTime(Transfer transfer, RecordedTransfer hold) {
        boolean over = hold.expires() && hold.expiresAtMicros() <= micros;
        if (transfer.has(EXPIRE_PENDING_TRANSFER)) {
            return over ? null : PENDING_TRANSFER_NOT_PENDING;
        }
        return over ? PENDING_TRANSFER_EXPIRED : null;
    }

    private Account accountOf(RecordedTransfer hold, UUID id) {
        Account account = draft.account(id);
        if (account == null) {
            throw new IllegalStateException(
                    "account " + id + " of the hold " + hold.transfer().id() + " was not loaded");
        }
        return account;
    }

    private TransferOutcome settle(Transfer transfer, RecordedTransfer hold, Account debit, Account credit) {
        boolean posts = transfer.has(POST_PENDING_TRANSFER);
        if (posts && debit.has(AccountFlag.CLOSED)) {
            return DEBIT_ACCOUNT_ALREADY_CLOSED;
        }
        if (posts && credit.has(AccountFlag.CLOSED)) {
            return CREDIT_ACCOUNT_ALREADY_CLOSED;
        }
        Transfer held = hold.transfer();
        long amount = amountOf(transfer, held);
        long posted = posts ? amount : 0;
        Account debitAfter = debit.changed(
                debit.balance().plusDebit(-held.amount(), posted), staysClosed(debit, held.has(CLOSING_DEBIT)), micros);
        Account creditAfter = credit.changed(
                credit.balance().plusCredit(-held.amount(), posted),
                staysClosed(credit, held.has(CLOSING_CREDIT)),
                micros);
        draft.put(debitAfter);
        draft.put(creditAfter);
        draft.settle(
                hold,
                posts
                        ? HoldStatus.POSTED
                        : transfer.has(VOID_PENDING_TRANSFER) ? HoldStatus.VOIDED : HoldStatus.EXPIRED);
        draft.add(new RecordedTransfer(
                transfer.settled(held, amount), micros, HoldStatus.NONE, debitAfter.balance(), creditAfter.balance()));
        return CREATED;
    }

    /** A closing hold that is released opens its account again. (It cannot be posted: its account is closed.) */
    private static boolean staysClosed(Account account, boolean holdClosedIt) {
        return account.has(AccountFlag.CLOSED) && !holdClosedIt;
    }
}
