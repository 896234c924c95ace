package io.sluice.transactions.ledger;

import java.util.Locale;

/**
 * The one answer to a transfer. The constants stand in descending precedence: where several apply, the first is given.
 * Names and order are TigerBeetle's.
 */
public enum TransferOutcome {
    LINKED_EVENT_FAILED,
    LINKED_EVENT_CHAIN_OPEN,
    ID_MUST_NOT_BE_ZERO,
    ID_MUST_NOT_BE_INT_MAX,
    EXISTS_WITH_DIFFERENT_FLAGS,
    EXISTS_WITH_DIFFERENT_PENDING_ID,
    EXISTS_WITH_DIFFERENT_TIMEOUT,
    EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID,
    EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID,
    EXISTS_WITH_DIFFERENT_AMOUNT,
    EXISTS_WITH_DIFFERENT_USER_DATA_128,
    EXISTS_WITH_DIFFERENT_USER_DATA_64,
    EXISTS_WITH_DIFFERENT_USER_DATA_32,
    EXISTS_WITH_DIFFERENT_LEDGER,
    EXISTS_WITH_DIFFERENT_CODE,
    EXISTS,
    ID_ALREADY_FAILED,
    FLAGS_ARE_MUTUALLY_EXCLUSIVE,
    DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO,
    DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX,
    CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO,
    CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX,
    ACCOUNTS_MUST_BE_DIFFERENT,
    PENDING_ID_MUST_BE_ZERO,
    PENDING_ID_MUST_NOT_BE_ZERO,
    PENDING_ID_MUST_NOT_BE_INT_MAX,
    PENDING_ID_MUST_BE_DIFFERENT,
    TIMEOUT_RESERVED_FOR_PENDING_TRANSFER,
    CLOSING_TRANSFER_MUST_BE_PENDING,
    LEDGER_MUST_NOT_BE_ZERO,
    CODE_MUST_NOT_BE_ZERO,
    DEBIT_ACCOUNT_NOT_FOUND(true),
    CREDIT_ACCOUNT_NOT_FOUND(true),
    ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER,
    TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS,
    PENDING_TRANSFER_NOT_FOUND(true),
    PENDING_TRANSFER_NOT_PENDING,
    PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID,
    PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID,
    PENDING_TRANSFER_HAS_DIFFERENT_LEDGER,
    PENDING_TRANSFER_HAS_DIFFERENT_CODE,
    EXCEEDS_PENDING_TRANSFER_AMOUNT,
    PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT,
    PENDING_TRANSFER_ALREADY_POSTED,
    PENDING_TRANSFER_ALREADY_VOIDED,
    PENDING_TRANSFER_EXPIRED,
    DEBIT_ACCOUNT_ALREADY_CLOSED(true),
    CREDIT_ACCOUNT_ALREADY_CLOSED(true),
    OVERFLOWS_DEBITS_PENDING,
    OVERFLOWS_CREDITS_PENDING,
    OVERFLOWS_DEBITS_POSTED,
    OVERFLOWS_CREDITS_POSTED,
    OVERFLOWS_DEBITS,
    OVERFLOWS_CREDITS,
    OVERFLOWS_TIMEOUT,
    EXCEEDS_CREDITS(true),
    EXCEEDS_DEBITS(true),
    CREATED;

    private final boolean burnsId;

    TransferOutcome(boolean burnsId) {
        this.burnsId = burnsId;
    }

    TransferOutcome() {
        this(false);
    }

    /**
     * Whether the id can never be used again: the refusal depended on the state of the ledger, and a late repeat must
     * not succeed after the caller was told no.
     */
    public boolean burnsId() {
        return burnsId;
    }

    /** Whether the transfer is in the ledger as it was asked for: created now, or before by the same request. */
    public boolean succeeded() {
        return this == CREATED || this == EXISTS;
    }

    /** Whether the id is taken by another transfer. */
    public boolean conflicts() {
        return name().startsWith("EXISTS_WITH_DIFFERENT_");
    }

    /** The name in answers. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
