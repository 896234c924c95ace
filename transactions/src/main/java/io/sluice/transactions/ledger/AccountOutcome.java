package io.sluice.transactions.ledger;

import java.util.Locale;

/**
 * The one answer to the creation of an account. The constants stand in descending precedence: where several apply, the
 * first is given. Names and order are TigerBeetle's.
 */
public enum AccountOutcome {
    LINKED_EVENT_FAILED,
    LINKED_EVENT_CHAIN_OPEN,
    ID_MUST_NOT_BE_ZERO,
    ID_MUST_NOT_BE_INT_MAX,
    EXISTS_WITH_DIFFERENT_FLAGS,
    EXISTS_WITH_DIFFERENT_USER_DATA_128,
    EXISTS_WITH_DIFFERENT_USER_DATA_64,
    EXISTS_WITH_DIFFERENT_USER_DATA_32,
    EXISTS_WITH_DIFFERENT_LEDGER,
    EXISTS_WITH_DIFFERENT_CODE,
    EXISTS,
    FLAGS_ARE_MUTUALLY_EXCLUSIVE,
    DEBITS_PENDING_MUST_BE_ZERO,
    DEBITS_POSTED_MUST_BE_ZERO,
    CREDITS_PENDING_MUST_BE_ZERO,
    CREDITS_POSTED_MUST_BE_ZERO,
    LEDGER_MUST_NOT_BE_ZERO,
    CODE_MUST_NOT_BE_ZERO,
    CREATED;

    /** Whether the account is there as it was asked for. */
    public boolean succeeded() {
        return this == CREATED || this == EXISTS;
    }

    /** Whether the id is taken by another account. */
    public boolean conflicts() {
        return name().startsWith("EXISTS_WITH_DIFFERENT_");
    }

    /** The name in answers. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
