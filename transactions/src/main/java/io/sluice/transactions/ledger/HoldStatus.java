package io.sluice.transactions.ledger;

/** What became of a pending transfer. */
public enum HoldStatus {
    /** Not a pending transfer. */
    NONE(0),
    PENDING(1),
    POSTED(2),
    VOIDED(3),
    EXPIRED(4);

    private final int stored;

    HoldStatus(int stored) {
        this.stored = stored;
    }

    int stored() {
        return stored;
    }

    static HoldStatus ofStored(int stored) {
        for (HoldStatus status : values()) {
            if (status.stored == stored) {
                return status;
            }
        }
        throw new IllegalArgumentException("no hold has the status " + stored);
    }
}
