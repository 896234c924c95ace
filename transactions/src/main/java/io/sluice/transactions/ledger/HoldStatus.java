package io.sluice.transactions.ledger;

/** What became of a pending transfer. */
public enum HoldStatus {
    /** Not a pending transfer. */
    NONE,
    PENDING,
    POSTED,
    VOIDED,
    EXPIRED
}
