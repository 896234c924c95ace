package io.sluice.transactions.tx;

import java.time.Duration;

/** What a transaction has to tell to those who watch. */
public sealed interface TxEvent {

    /** Committed, after so many runs; {@code took} counts from the first run's beginning. */
    record Committed(int attempts, Duration took) implements TxEvent {}

    /** A run failed and was rolled back; another follows. */
    record Retried(SqlStateClass reason, int attempt) implements TxEvent {}

    /** The last run failed and was rolled back. */
    record Failed(SqlStateClass reason, int attempts) implements TxEvent {}

    /** COMMIT was sent and not answered. */
    record OutcomeUnknown(String node) implements TxEvent {}
}
