package io.sluice.transactions.ledger;

import java.util.List;
import java.util.UUID;

/**
 * COMMIT was sent, no answer came, and the rows could not be looked at in time. Sending the same transfers
 * with the same ids again settles it: each of them is in the ledger once or not at all.
 */
public final class LedgerOutcomeUnknownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<UUID> ids;

    LedgerOutcomeUnknownException(List<UUID> ids, Throwable cause) {
        super("the outcome of " + ids.size() + " transfers is unknown; send them again with the same ids", cause);
        this.ids = ids;
    }

    public List<UUID> ids() {
        return ids;
    }
}
