package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.error.Problem;
import io.sluice.gateway.text.JsonText;
import io.sluice.routing.consistency.ConsistencyToken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What has been committed of an upload, and the lines that tell it. Not thread-safe.
 *
 * <p>Until something is committed nothing is told: where nothing ever is, the answer is an error like any other.
 */
final class Progress {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Contract contract;
    private final int errorLimit;
    private final Told told;
    private final LongSupplier nanos;
    private final long begunNanos;
    private final List<String> held = new ArrayList<>();
    private final List<RowError> errors = new ArrayList<>();
    private final long skipped;
    private long batches;
    private long received;
    private long committed;
    private long written;
    private long rejected;
    private int firstStatus = 400;

    /**
     * Of an upload that begins now.
     *
     * @param skipped rows that had gone in before
     * @param nanos the time, as of {@link System#nanoTime}
     */
    Progress(Contract contract, int errorLimit, long skipped, Told told, LongSupplier nanos) {
        this.told = told;
        this.nanos = nanos;
        this.begunNanos = nanos.getAsLong();
        this.skipped = skipped;
        this.contract = contract;
        this.errorLimit = errorLimit;
    }

    /** Takes a result and returns the lines to be sent now, none while nothing is committed. */
    List<String> add(BatchResult result) {
        batches++;
        received += result.received();
        committed += result.committed();
        written += result.written();
        rejected += result.rejected();
        if (errors.isEmpty() && !result.errors().isEmpty()) {
            firstStatus = result.status();
        }
        keep(result.errors());
        ConsistencyToken newer = result.token();
        if (newer != null) {
            ConsistencyToken before = told.token();
            told.token(before == null ? newer : before.max(newer));
        }
        if (committed == 0) {
            if (held.size() < errorLimit) {
                held.add(ack(result));
            }
            return List.of();
        }
        List<String> lines = new ArrayList<>(held);
        held.clear();
        lines.add(ack(result));
        return lines;
    }

    private void keep(List<RowError> more) {
        for (RowError error : more) {
            if (errors.size() < errorLimit) {
                errors.add(error);
            }
        }
    }

    private String ack(BatchResult result) {
        StringBuilder json = new StringBuilder(200);
        json.append("{\"batch\":").append(batches);
        json.append(",\"from\":").append(result.first()).append(",\"to\":").append(result.last());
        json.append(",\"committed\":").append(result.committed());
        appendWritten(json, result.committed(), result.written());
        json.append(",\"rejected\":").append(result.rejected());
        appendToken(json, result.token());
        appendRate(json);
        appendErrors(json, result.errors());
        return json.append("}\n").toString();
    }

    /**
     * The last line of an upload that was read to its end.
     *
     * @throws ApiException where rows came and none went in
     */
    String summary() {
        if (committed == 0 && skipped == 0 && rejected > 0) {
            throw nothingWentIn();
        }
        return summary(true, null);
    }

    /**
     * The last line of an upload that broke off.
     *
     * @throws RuntimeException the error itself where nothing was told yet
     */
    String summary(Throwable error) {
        if (committed == 0) {
            throw error instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(error);
        }
        return summary(false, Problem.of(error, false).body());
    }

    private String summary(boolean complete, @Nullable ErrorBody error) {
        StringBuilder json = new StringBuilder(300);
        json.append("{\"complete\":").append(complete);
        json.append(",\"contract\":\"").append(contract.text());
        json.append("\",\"batches\":").append(batches);
        if (skipped > 0) {
            json.append(",\"skipped\":").append(skipped);
        }
        json.append(",\"received\":").append(received);
        json.append(",\"committed\":").append(committed);
        appendWritten(json, committed, written);
        json.append(",\"rejected\":").append(rejected);
        appendToken(json, told.token());
        appendRate(json);
        appendErrors(json, errors);
        if (error != null) {
            json.append(",\"error\":{\"code\":").append(quoted(error.code()));
            json.append(",\"message\":").append(quoted(error.message()));
            json.append(",\"details\":").append(quoted(error.detailsText()));
            json.append(",\"hint\":").append(quoted(error.hint())).append('}');
        }
        return json.append("}\n").toString();
    }

    private ApiException nothingWentIn() {
        RowError first = errors.get(0);
        String where = first.row() > 0
                ? "row " + first.row() + ", line " + first.line()
                        + (first.column() == null ? "" : ", column " + first.column())
                : "one of rows 1 to " + received;
        String more = first.details() == null ? "" : " " + first.details();
        return new ApiException(
                HttpStatus.valueOf(firstStatus),
                first.code(),
                first.message(),
                "In " + where + "." + more + " No row was inserted.",
                first.hint());
    }

    /** Fewer rows than were taken, where conflicting ones were ignored or a later one replaced them. */
    private static void appendWritten(StringBuilder json, long committed, long written) {
        if (written != committed) {
            json.append(",\"written\":").append(written);
        }
    }

    private static void appendToken(StringBuilder json, @Nullable ConsistencyToken token) {
        if (token != null) {
            json.append(",\"token\":\"").append(token.text()).append('"');
        }
    }

    /** Rows a second that were done with, refused ones included, since the upload began. */
    private void appendRate(StringBuilder json) {
        long elapsed = Math.max(1, nanos.getAsLong() - begunNanos);
        json.append(",\"rate\":").append(Math.round(received * NANOS_PER_SECOND / elapsed));
    }

    private static void appendErrors(StringBuilder json, List<RowError> errors) {
        if (!errors.isEmpty()) {
            json.append(",\"errors\":[");
            for (int i = 0; i < errors.size(); i++) {
                json.append(i == 0 ? "" : ",").append(errors.get(i).json());
            }
            json.append(']');
        }
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "null" : new String(JsonText.quoted(text), StandardCharsets.UTF_8);
    }
}
