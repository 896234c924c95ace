package io.sluice.gateway.stream;

import io.sluice.gateway.arrow.ArrowField;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/** The forms in which rows leave the gateway. */
public enum RowFormat {
    /** One array: {@code application/json}. */
    JSON("application", "json"),

    /** Exactly one row as an object; any other number of rows is a 406 before the first byte. */
    JSON_OBJECT("application", "vnd.pgrst.object+json"),

    /** One object a line: {@code application/x-ndjson}. */
    NDJSON("application", "x-ndjson"),

    /** One event a row, then an {@code end} event: {@code text/event-stream}. */
    SSE("text", "event-stream"),

    /** A header line, then one line a row, RFC 4180 with plain line feeds: {@code text/csv}. */
    CSV("text", "csv"),

    /** Record batches of Apache Arrow's streaming format: {@code application/vnd.apache.arrow.stream}. */
    ARROW("application", "vnd.apache.arrow.stream"),

    /** One array of the first column's values, which are JSON already. */
    JSON_VALUES("application", "json"),

    /** One collection of features, which are the first column's values: {@code application/geo+json}. */
    GEOJSON("application", "geo+json"),

    /** The first column's only value as it is; {@code null} where there is no row. */
    JSON_VALUE("application", "json"),

    /** The first column's value of exactly one row; any other number of rows is a 406. */
    JSON_SINGLE_VALUE("application", "json"),
    /** The first column's bytes as they are, rows on lines of their own; {@code bytea} in binary. */
    RAW("application", "octet-stream");

    private static final int GATHERED_BYTES = 128 * 1024;

    private final String type;
    private final String subtype;

    RowFormat(String type, String subtype) {
        this.type = type;
        this.subtype = subtype;
    }

    public MediaType mediaType() {
        return new MediaType(type, subtype);
    }

    /** The format of a concrete media type, null where there is none. Parameters do not matter. */
    public static @Nullable RowFormat of(MediaType type) {
        for (RowFormat format : values()) {
            if (format != RAW
                    && format.type.equalsIgnoreCase(type.getType())
                    && format.subtype.equalsIgnoreCase(type.getSubtype())) {
                return format;
            }
        }
        return null;
    }

    /** Whether columns must be JSON-ready, that is, wrapped in {@code to_json} unless {@link JsonColumns#direct}. */
    public boolean json() {
        return this != CSV && this != RAW && this != ARROW;
    }

    FirstBuffer firstBuffer() {
        return switch (this) {
            case JSON, CSV, ARROW, JSON_VALUES, GEOJSON, RAW -> new FirstBuffer(GATHERED_BYTES, false);
            case JSON_OBJECT, JSON_VALUE, JSON_SINGLE_VALUE -> new FirstBuffer(Integer.MAX_VALUE, false);
            case NDJSON, SSE -> new FirstBuffer(GATHERED_BYTES, true);
        };
    }

    /** Whether an answer can be gone on with by another statement. */
    public boolean resumable() {
        return this == JSON || this == NDJSON || this == SSE || this == CSV || this == ARROW;
    }

    /** {@code columns} are named, {@code fields} typed: what an answer without rows shows of them. */
    RowWriter writer(List<String> columns, List<ArrowField> fields, Placement placement) {
        return switch (this) {
            case JSON -> JsonRows.array(placement);
            case JSON_OBJECT -> JsonRows.object();
            case NDJSON -> JsonRows.lines(placement);
            case SSE -> JsonRows.events(placement);
            case CSV -> new CsvRows(columns, placement);
            case ARROW -> new ArrowRows(fields, placement);
            case JSON_VALUES -> JsonRows.values();
            case GEOJSON -> JsonRows.features();
            case JSON_VALUE -> JsonRows.value();
            case JSON_SINGLE_VALUE -> JsonRows.singleValue();
            case RAW -> new RawRows();
        };
    }
}
