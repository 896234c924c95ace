package io.sluice.transactions.tx;

/** What became of a transaction whose COMMIT was not answered. */
public enum CommitStatus {
    COMMITTED,
    ABORTED,

    /** Its session still runs (or it is prepared): ask again. */
    IN_PROGRESS,

    /** The server that ran it is not the primary any more, or has forgotten it: only its rows tell. */
    NOT_KNOWN
}
