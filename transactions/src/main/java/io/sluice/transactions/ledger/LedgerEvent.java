package io.sluice.transactions.ledger;

import java.time.Duration;

/** What the ledger has to tell to those who watch. */
public sealed interface LedgerEvent {

    /** The accounts of a batch are locked and read: one round trip, and the wait for whoever had the locks before. */
    record Locked(Duration took) implements LedgerEvent {}

    /** A batch is decided and committed; {@code took} counts from its beginning, with retries. */
    record Committed(int requests, int transfers, Duration took) implements LedgerEvent {}
}
