package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A row as clients send it, with what is escaped in every format. */
final class UploadedRows {

    static final byte[] JSON = bytes("{\"id\":12,\"name\":\"a \\\"b\\\" c\",\"data\":true}");
    static final byte[] CSV = bytes("12,\"a \"\"b\"\" c\",true");
    static final int[] COLUMNS = {0, 1, 2};

    private static final byte[] HEADER = bytes("id,name,data");

    private UploadedRows() {}

    static Target target() {
        return Targets.columns("id bigint", "name text", "data jsonb");
    }

    /** What reads CSV, with the header behind it. */
    static CsvRow csv(Target target) {
        CsvRow row = new CsvRow(target);
        row.header(HEADER, 0, HEADER.length);
        return row;
    }

    static byte[] ndjson(int rows) {
        Output lines = new Output();
        for (int i = 0; i < rows; i++) {
            lines.write(JSON);
            lines.write((byte) '\n');
        }
        return lines.copy();
    }

    /** An NDJSON upload with the defaults of the configuration. */
    static Upload upload(Target target) {
        IngestSettings defaults =
                new IngestSettings(10_000, 1 << 20, Duration.ofMillis(200), 2, 1 << 24, 100, 32, 1 << 26);
        return Upload.of(UploadFormat.NDJSON, target, defaults, 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
