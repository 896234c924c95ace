package io.sluice.gateway.ingest;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of uploads, {@code sluice.ingest.*}. One upload holds about {@code (lanes + 2) * batchBytes} of memory.
 *
 * @param batchRows a batch is closed when it has this many rows
 * @param batchBytes or this many bytes
 * @param linger or when its first row has waited this long, so that a slow upload goes in too
 * @param lanes batches of one upload that may be on their way to the server at a time
 * @param rowBytes the largest row
 * @param errorLimit row errors that are told one by one; beyond them only the count
 * @param maxUploads uploads that may run at a time; more are answered 503 with Retry-After
 * @param totalBytes bytes of all uploads' batches on their way to the server: at that many, no upload is read on, and new
 *     ones are answered 503 with Retry-After
 */
@ConfigurationProperties("sluice.ingest")
record IngestSettings(
        @DefaultValue("10000") int batchRows,
        @DefaultValue("1048576") int batchBytes,
        @DefaultValue("200ms") Duration linger,
        @DefaultValue("2") int lanes,
        @DefaultValue("16777216") int rowBytes,
        @DefaultValue("100") int errorLimit,
        @DefaultValue("32") int maxUploads,
        @DefaultValue("67108864") long totalBytes) {

    IngestSettings {
        requirePositive("batch-rows", batchRows);
        requirePositive("batch-bytes", batchBytes);
        requirePositive("lanes", lanes);
        requirePositive("row-bytes", rowBytes);
        requirePositive("error-limit", errorLimit);
        requirePositive("max-uploads", maxUploads);
        requirePositive("total-bytes", totalBytes);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("sluice.ingest." + name + " must be positive, was " + value);
        }
    }
}
