package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/** The forms in which rows come. */
enum UploadFormat {
    /** One object a line. */
    NDJSON,

    /** An array of objects, or one object. */
    JSON,

    /** RFC 4180 with a header line. */
    CSV;

    /**
     * The format of a content type.
     *
     * @throws ApiException 415 where there is none
     */
    static UploadFormat of(MediaType type) {
        return switch (type.getType() + "/" + type.getSubtype()) {
            case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines" -> NDJSON;
            case "application/json" -> JSON;
            case "text/csv" -> CSV;
            default ->
                throw new ApiException(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "PGRST102",
                        "Content-Type not acceptable: " + type,
                        null,
                        "Send application/x-ndjson, one JSON object a line, or application/json or text/csv.");
        };
    }
}
