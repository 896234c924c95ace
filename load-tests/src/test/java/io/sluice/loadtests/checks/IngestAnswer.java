package io.sluice.loadtests.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What an ingest answered: acks, one a line, and a summary as the last line.
 *
 * @param committed rows that are in the table now, by the summary
 * @param summary the last line
 */
public record IngestAnswer(int committed, JsonNode summary) {

    public static IngestAnswer parse(String body) {
        List<JsonNode> lines = Rows.ofLines(body);
        if (lines.isEmpty()) {
            throw new ContentException("has no summary line", body);
        }
        JsonNode summary = lines.get(lines.size() - 1);
        return new IngestAnswer(Math.toIntExact(Rows.longOf(summary, "committed")), summary);
    }

    /** @throws ContentException when the upload broke off or not all the rows were committed */
    public void verify(int rows) {
        if (committed != rows || !summary.path("complete").asBoolean(true)) {
            throw new ContentException("commits " + committed + " of " + rows + " rows", summary.toString());
        }
    }
}
