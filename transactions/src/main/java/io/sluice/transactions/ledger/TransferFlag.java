package io.sluice.transactions.ledger;

import java.util.Locale;

/** How a transfer acts. Stored as bits: {@link #bit()}; they are part of the stored format. */
public enum TransferFlag {
    /** Chained to the next transfer of the request: both happen or neither. */
    LINKED(1 << 0),

    /** Holds the amount in the pending counters until it is posted, voided or its timeout is over. */
    PENDING(1 << 1),

    /** Posts, in full or in part, the hold named by {@code pending_id}; what is not posted is released. */
    POST_PENDING_TRANSFER(1 << 2),

    /** Releases the hold named by {@code pending_id}. */
    VOID_PENDING_TRANSFER(1 << 3),

    /** The amount is a maximum, lowered to what keeps the debit account's debits within its credits. */
    BALANCING_DEBIT(1 << 4),

    /** The amount is a maximum, lowered to what keeps the credit account's credits within its debits. */
    BALANCING_CREDIT(1 << 5),

    /** Closes the debit account; only with {@link #PENDING}, so that voiding it opens the account again. */
    CLOSING_DEBIT(1 << 6),

    /** Closes the credit account; only with {@link #PENDING}, so that voiding it opens the account again. */
    CLOSING_CREDIT(1 << 7),

    /** Made by the ledger itself, never by a caller: the timeout of the hold named by {@code pending_id} is over. */
    EXPIRE_PENDING_TRANSFER(1 << 8);

    private final int bit;

    TransferFlag(int bit) {
        this.bit = bit;
    }

    public int bit() {
        return bit;
    }

    /** The name in requests and answers. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
