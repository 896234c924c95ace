package io.sluice.gateway.ledger;

import io.sluice.gateway.error.ApiException;
import io.sluice.transactions.ledger.Account;
import io.sluice.transactions.ledger.AccountOutcome;
import io.sluice.transactions.ledger.Transfer;
import io.sluice.transactions.ledger.TransferOutcome;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** What a client is told when its one transfer or account was refused: the outcome as code, and a sentence. */
final class Refusals {

    private static final String BURNT = "The id cannot be used again: send a new transfer with a new id.";

    private Refusals() {}

    static ApiException of(Transfer transfer, TransferOutcome outcome) {
        HttpStatus status = outcome.conflicts() ? HttpStatus.CONFLICT : HttpStatus.UNPROCESSABLE_CONTENT;
        String hint = outcome.burnsId() ? BURNT : hint(outcome);
        return new ApiException(status, outcome.wireName(), message(transfer, outcome), null, hint);
    }

    private static String message(Transfer transfer, TransferOutcome outcome) {
        String which = "Transfer " + transfer.id();
        return switch (outcome) {
            case EXCEEDS_CREDITS ->
                which + ": account " + transfer.debitAccountId() + " has insufficient funds for " + transfer.amount();
            case EXCEEDS_DEBITS ->
                which + ": account " + transfer.creditAccountId() + " cannot take " + transfer.amount()
                        + ", its credits would exceed its debits";
            case DEBIT_ACCOUNT_NOT_FOUND -> which + ": there is no debit account " + transfer.debitAccountId();
            case CREDIT_ACCOUNT_NOT_FOUND -> which + ": there is no credit account " + transfer.creditAccountId();
            case ACCOUNTS_MUST_BE_DIFFERENT ->
                which + ": debit and credit account are the same, " + transfer.debitAccountId();
            case PENDING_TRANSFER_NOT_FOUND -> which + ": there is no pending transfer " + transfer.pendingId();
            case ID_ALREADY_FAILED -> which + " was refused before, and its id cannot be used again";
            default -> which + ": " + sentence(outcome.wireName());
        };
    }

    private static @Nullable String hint(TransferOutcome outcome) {
        if (outcome.conflicts()) {
            return "The id belongs to another transfer: GET it, or send this one with a new id.";
        }
        return outcome == TransferOutcome.ID_ALREADY_FAILED ? "Send a new transfer with a new id." : null;
    }

    static ApiException of(Account account, AccountOutcome outcome) {
        HttpStatus status = outcome.conflicts() ? HttpStatus.CONFLICT : HttpStatus.UNPROCESSABLE_CONTENT;
        String message = "Account " + account.id() + ": " + sentence(outcome.wireName());
        return new ApiException(status, outcome.wireName(), message, null, null);
    }

    private static String sentence(String wireName) {
        return wireName.replace('_', ' ');
    }
}
