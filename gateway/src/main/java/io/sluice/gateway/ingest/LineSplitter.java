package io.sluice.gateway.ingest;

/** Rows are lines; blank lines are none. With {@code quotes} a line feed between double quotes belongs to its row. */
final class LineSplitter implements Splitter {

    private final boolean quotes;
    private boolean quoted;
    private int searched;
    private long line = 1;
    private long feedsWithin;

    LineSplitter(boolean quotes) {
        this.quotes = quotes;
    }

    @Override
    public int split(byte[] bytes, int length, Rows rows) {
        int from = 0;
        for (int i = searched; i < length; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                if (quoted) {
                    feedsWithin++;
                } else {
                    row(bytes, from, i, rows);
                    line += 1 + feedsWithin;
                    feedsWithin = 0;
                    from = i + 1;
                }
            } else if (quotes && b == '"') {
                quoted = !quoted;
            }
        }
        searched = length - from;
        return from;
    }

    @Override
    public void end(byte[] bytes, int length, Rows rows) {
        row(bytes, 0, length, rows);
    }

    private void row(byte[] bytes, int from, int to, Rows rows) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\r' && bytes[i] != '\t') {
                rows.row(from, to, line);
                return;
            }
        }
    }

    @Override
    public long line() {
        return line;
    }
}
