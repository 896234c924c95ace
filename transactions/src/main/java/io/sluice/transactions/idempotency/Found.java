package io.sluice.transactions.idempotency;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the server knows of a key: whether its lock was free, and the answer kept under it. */
final class Found {

    private final boolean free;
    private final @Nullable String fingerprint;
    private final @Nullable KeptAnswer answer;

    private Found(boolean free, @Nullable String fingerprint, @Nullable KeptAnswer answer) {
        this.free = free;
        this.fingerprint = fingerprint;
        this.answer = answer;
    }

    static Found of(Readable row) {
        boolean free = Boolean.TRUE.equals(row.get("free", Boolean.class));
        String fingerprint = row.get("fingerprint", String.class);
        return fingerprint == null ? new Found(free, null, null) : new Found(free, fingerprint, answer(row));
    }

    private static KeptAnswer answer(Readable row) {
        return KeptAnswer.ofHex(
                Objects.requireNonNull(row.get("status", Integer.class)),
                Objects.requireNonNull(row.get("headers", String.class)),
                Objects.requireNonNull(row.get("body", String.class)));
    }

    /** The answer to give again; null where the work is still to be done. An answer counts more than a lock. */
    static @Nullable KeptAnswer answerTo(IdempotencyKey key, List<Found> rows) {
        Found last = rows.get(rows.size() - 1);
        if (last.fingerprint != null && !last.fingerprint.equals(key.fingerprintHex())) {
            throw new KeyReusedException();
        }
        if (last.answer == null && !last.free) {
            throw new RequestInFlightException();
        }
        return last.answer;
    }
}
