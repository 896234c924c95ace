package io.sluice.transactions.idempotency;

/** The store's statements: text of hashes, hexadecimal digits and numbers only, so that they follow BEGIN at once. */
final class IdempotencySql {

    private IdempotencySql() {}

    /**
     * One row that says whether the key's lock was free, then the kept answer, if any. Two statements, because the second
     * must see what was committed until the lock was had.
     */
    static String claim(IdempotencyKey key) {
        return "SELECT pg_try_advisory_xact_lock(" + key.lock() + ") AS free, NULL AS fingerprint, 0 AS status,"
                + " NULL AS headers, NULL AS body;"
                + "SELECT true AS free, encode(fingerprint, 'hex') AS fingerprint, status,"
                + " encode(headers, 'hex') AS headers, encode(body, 'hex') AS body"
                + " FROM sluice.idempotency WHERE id = '\\x" + key.idHex() + "'::bytea";
    }

    static String lockSession(IdempotencyKey key) {
        return "SELECT pg_try_advisory_lock(" + key.lock() + ") AS free";
    }

    /** As the session's own user, whatever role the work runs as: triggers that wait for COMMIT get that role back. */
    static String keep(IdempotencyKey key, KeptAnswer answer) {
        return "SELECT set_config('sluice.role', current_setting('role'), true);"
                + "SELECT set_config('role', 'none', true);"
                + "INSERT INTO sluice.idempotency (id, fingerprint, status, headers, body) VALUES ('\\x" + key.idHex()
                + "'::bytea, '\\x" + key.fingerprintHex() + "'::bytea, " + answer.status()
                + ", '\\x" + answer.headersHex() + "'::bytea, '\\x" + answer.bodyHex() + "'::bytea);"
                + "SELECT set_config('role', current_setting('sluice.role'), true)";
    }
}
