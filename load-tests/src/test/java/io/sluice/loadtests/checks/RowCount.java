package io.sluice.loadtests.checks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Counts rows that are read page by page in ascending order of id. Not for several threads. */
public final class RowCount {

    private final int pageRows;
    private long last;
    private long rows;
    private boolean complete;

    /**
     * @param after the id after which the first page starts
     * @param pageRows the limit of each page; a shorter one is the last
     */
    public RowCount(long after, int pageRows) {
        this.last = after;
        this.pageRows = pageRows;
    }

    public void add(List<JsonNode> page) {
        Rows.after(last, 0, pageRows, page);
        rows += page.size();
        complete = page.size() < pageRows;
        if (!page.isEmpty()) {
            last = Rows.longOf(page.get(page.size() - 1), "id");
        }
    }

    /** The id after which the next page starts. */
    public long last() {
        return last;
    }

    public long rows() {
        return rows;
    }

    /** Whether the last page has been added. */
    public boolean complete() {
        return complete;
    }

    /**
     * @param acknowledged rows that must be there
     * @param sent rows that may be there: those that got no answer are among them
     * @throws ContentException when there are fewer or more
     */
    public void verify(long acknowledged, long sent) {
        if (rows < acknowledged || rows > sent) {
            throw new ContentException(
                    "makes " + rows + " rows of this run, but " + acknowledged + " were acknowledged and " + sent
                            + " sent: rows were " + (rows < acknowledged ? "lost" : "written twice"),
                    "");
        }
    }
}
