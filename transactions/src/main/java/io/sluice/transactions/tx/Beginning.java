package io.sluice.transactions.tx;

import static io.sluice.routing.wire.WireType.TEXT;

import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireBatch.Step;
import io.sluice.routing.wire.WireStatement;
import io.sluice.routing.wire.WireValue;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * BEGIN and the limits of a transaction, in milliseconds.
 *
 * @param backstopMillis of the two limits that end the session: for a client that is gone, so they come later
 * @param withTransactionLimit whether the server knows {@code transaction_timeout}
 */
record Beginning(
        String begin, long lockMillis, long statementMillis, long backstopMillis, boolean withTransactionLimit) {

    private static final int TRANSACTION_TIMEOUT_SINCE = 17;
    private static final String LIMITS = "SELECT set_config('lock_timeout', $1, true),"
            + " set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true)";
    private static final WireStatement BASIC_LIMITS = WireStatement.of(LIMITS, TEXT, TEXT, TEXT);
    private static final WireStatement ALL_LIMITS =
            WireStatement.of(LIMITS + ", set_config('transaction_timeout', $3, true)", TEXT, TEXT, TEXT);

    /** One for each kind of transaction. */
    private static final Map<String, WireStatement> BEGINS = new ConcurrentHashMap<>();

    /** @param version the server's, as it says it */
    static Beginning of(TxSpec spec, Deadline deadline, long graceMillis, String version) {
        return new Beginning(
                spec.begin(),
                deadline.remainingMillis(spec.lockTimeout()),
                deadline.remainingMillis(spec.statementTimeout()),
                deadline.remainingMillis(spec.deadline()) + graceMillis,
                major(version) >= TRANSACTION_TIMEOUT_SINCE);
    }

    private static int major(String version) {
        int end = 0;
        while (end < version.length() && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end == 0 ? 0 : Integer.parseInt(version, 0, end, 10);
    }

    /** As one text, to which statements can be appended. */
    String sql() {
        StringBuilder sql = new StringBuilder(300).append(begin).append(';');
        set(sql, "lock_timeout", lockMillis);
        set(sql, "statement_timeout", statementMillis);
        set(sql, "idle_in_transaction_session_timeout", backstopMillis);
        if (withTransactionLimit) {
            set(sql, "transaction_timeout", backstopMillis);
        }
        return sql.toString();
    }

    private static void set(StringBuilder sql, String limit, long millis) {
        sql.append("SET LOCAL ").append(limit).append(" = ").append(millis).append(';');
    }

    /** As prepared statements. */
    WireBatch batch() {
        return WireBatch.of(
                Step.of(BEGINS.computeIfAbsent(begin, WireStatement::of)),
                Step.of(
                        withTransactionLimit ? ALL_LIMITS : BASIC_LIMITS,
                        text(lockMillis),
                        text(statementMillis),
                        text(backstopMillis)));
    }

    private static WireValue text(long number) {
        return WireValue.text(Long.toString(number));
    }
}
