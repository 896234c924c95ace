package io.sluice.transactions.ledger;

import java.util.Locale;

/** What an account allows. Stored as bits: {@link #bit()}; they are part of the stored format. */
public enum AccountFlag {
    /** Creation is chained to the next event of the request: both happen or neither. */
    LINKED(1 << 0),

    /** Debits, pending ones included, never exceed the posted credits: an account that holds money. */
    DEBITS_MUST_NOT_EXCEED_CREDITS(1 << 1),

    /** Credits, pending ones included, never exceed the posted debits: an account that is owed money. */
    CREDITS_MUST_NOT_EXCEED_DEBITS(1 << 2),

    /** Takes no transfers, except the voiding of those that are pending. */
    CLOSED(1 << 3);

    private final int bit;

    AccountFlag(int bit) {
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
