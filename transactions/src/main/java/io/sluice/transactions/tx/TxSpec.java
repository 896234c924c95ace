package io.sluice.transactions.tx;

import java.time.Duration;

/**
 * What a transaction may do and how long it may take. The limits are set on the server for this transaction only, in
 * the round trip of its BEGIN.
 *
 * @param isolation {@code READ_COMMITTED} by default
 * @param readOnly may run on a replica; {@code false} by default
 * @param deferrable a serializable read-only transaction waits for a snapshot that can never fail
 * @param lockTimeout longest wait for one lock, 2 s by default
 * @param statementTimeout longest time of one statement, 5 s by default
 * @param deadline longest time in all, with every retry, its pauses and the COMMIT, 10 s by default
 * @param retry when it runs again
 */
public record TxSpec(
        Isolation isolation,
        boolean readOnly,
        boolean deferrable,
        Duration lockTimeout,
        Duration statementTimeout,
        Duration deadline,
        RetryPolicy retry) {

    public static final TxSpec DEFAULT = new TxSpec(
            Isolation.READ_COMMITTED,
            false,
            false,
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            RetryPolicy.DEFAULT);

    public TxSpec {
        requirePositive("lockTimeout", lockTimeout);
        requirePositive("statementTimeout", statementTimeout);
        requirePositive("deadline", deadline);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(name + " must be at least 1 ms, was " + value);
        }
    }

    public TxSpec withIsolation(Isolation isolation) {
        return new TxSpec(isolation, readOnly, deferrable, lockTimeout, statementTimeout, deadline, retry);
    }

    public TxSpec withReadOnly(boolean readOnly) {
        return new TxSpec(isolation, readOnly, deferrable, lockTimeout, statementTimeout, deadline, retry);
    }

    public TxSpec withDeferrable(boolean deferrable) {
        return new TxSpec(isolation, readOnly, deferrable, lockTimeout, statementTimeout, deadline, retry);
    }

    public TxSpec withLockTimeout(Duration lockTimeout) {
        return new TxSpec(isolation, readOnly, deferrable, lockTimeout, statementTimeout, deadline, retry);
    }

    public TxSpec withStatementTimeout(Duration statementTimeout) {
        return new TxSpec(isolation, readOnly, deferrable, lockTimeout, statementTimeout, deadline, retry);
    }

    public TxSpec withDeadline(Duration deadline) {
        return new TxSpec(isolation, readOnly, deferrable, lockTimeout, statementTimeout, deadline, retry);
    }

    public TxSpec withRetry(RetryPolicy retry) {
        return new TxSpec(isolation, readOnly, deferrable, lockTimeout, statementTimeout, deadline, retry);
    }

    /** The statement that begins it. */
    String begin() {
        return "BEGIN ISOLATION LEVEL " + isolation.level().asSql() + (readOnly ? ", READ ONLY" : ", READ WRITE")
                + (deferrable ? ", DEFERRABLE" : "");
    }
}
