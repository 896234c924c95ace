package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one record of CSV (RFC 4180) after another; the first is the header, which names the columns. As in COPY's CSV,
 * a field without anything in it is null, and one with nothing between quotes an empty text.
 */
final class CsvRow implements Row {

    private final Target target;

    /** For each field of a record the position of its column. */
    private int[] columns = {};

    /** For each position in the table the field that has it, negative where the header does not name it. */
    private final int[] fields;

    private int[] starts = {};
    private int[] ends = {};
    private boolean[] quoted = {};
    private byte[] bytes = {};

    CsvRow(Target target) {
        this.target = target;
        this.fields = new int[target.columns().size()];
        Arrays.fill(fields, -1);
    }

    /** Whether the header has been seen. */
    boolean ready() {
        return columns.length > 0;
    }

    /**
     * Takes the header.
     *
     * @throws RowRefusal where it names a column twice or one that is not there, or is not CSV
     */
    void header(byte[] source, int from, int to) {
        int start = to - from >= 3 && (source[from] & 0xFF) == 0xEF ? from + 3 : from;
        grow(16);
        int count = scan(source, start, to, Integer.MAX_VALUE);
        int[] named = new int[count];
        for (int i = 0; i < count; i++) {
            byte[] name = text(i).getBytes(StandardCharsets.UTF_8);
            named[i] = target.position(name, 0, name.length, i);
            target.columns().get(named[i]).requireWritable();
            if (fields[named[i]] >= 0) {
                throw new RowRefusal("42701", "the header names a column more than once", text(i), null);
            }
            fields[named[i]] = i;
        }
        columns = named;
    }

    private String text(int field) {
        Output out = new Output();
        raw(field, out);
        return new String(out.bytes, 0, out.length, StandardCharsets.UTF_8);
    }

    @Override
    public void read(byte[] source, int from, int to) {
        int count = scan(source, from, to, columns.length);
        if (count != columns.length) {
            throw new RowRefusal(
                    "22P04",
                    "the row has " + (count < columns.length ? count : "more than " + columns.length)
                            + " fields, the header names " + columns.length + " columns",
                    null,
                    null);
        }
    }

    @Override
    public int present() {
        return columns.length;
    }

    @Override
    public boolean names(int position) {
        return fields[position] >= 0;
    }

    @Override
    public void value(TargetColumn column, Output out) {
        int field = fields[column.position()];
        if (!quoted[field] && starts[field] == ends[field]) {
            out.write(CopyFormat.NULL);
            return;
        }
        int from = out.length;
        raw(field, out);
        Escapes.COPY.apply(out, from);
    }

    /** The field's text; two quotes within quotes stand for one. */
    private void raw(int field, Output out) {
        if (!quoted[field]) {
            out.write(bytes, starts[field], ends[field]);
            return;
        }
        int plain = starts[field];
        for (int i = plain; i < ends[field]; i++) {
            if (bytes[i] == '"') {
                out.write(bytes, plain, i);
                plain = ++i;
            }
        }
        out.write(bytes, plain, ends[field]);
    }

    /** Notes where the fields are; stops behind {@code most}. Returns how many there are, more than most if more. */
    private int scan(byte[] source, int from, int to, int most) {
        bytes = source;
        int limit = to > from && source[to - 1] == '\r' ? to - 1 : to;
        int at = from;
        int count = 0;
        while (true) {
            if (count == most) {
                return count + 1;
            }
            grow(count + 1);
            at = field(count++, at, limit);
            if (at >= limit) {
                return count;
            }
            // On a comma: a field follows, an empty one where the comma is the last byte.
            at++;
        }
    }

    /** Returns the position of the comma behind the field, or the limit. */
    private int field(int field, int at, int limit) {
        quoted[field] = at < limit && bytes[at] == '"';
        if (!quoted[field]) {
            int end = at;
            while (end < limit && bytes[end] != ',') {
                if (bytes[end] == '"') {
                    throw malformed("a quote inside a field without quotes");
                }
                end++;
            }
            starts[field] = at;
            ends[field] = end;
            return end;
        }
        int end = at + 1;
        while (end < limit && (bytes[end] != '"' || (end + 1 < limit && bytes[end + 1] == '"'))) {
            end += bytes[end] == '"' ? 2 : 1;
        }
        if (end >= limit) {
            throw malformed("a quoted field is not closed");
        }
        if (end + 1 < limit && bytes[end + 1] != ',') {
            throw malformed("text behind the closing quote of a field");
        }
        starts[field] = at + 1;
        ends[field] = end;
        return end + 1;
    }

    private void grow(int count) {
        if (count > starts.length) {
            int size = Math.max(count, starts.length * 2);
            starts = Arrays.copyOf(starts, size);
            ends = Arrays.copyOf(ends, size);
            quoted = Arrays.copyOf(quoted, size);
        }
    }

    private static RowRefusal malformed(String message) {
        return RowRefusal.malformed("malformed CSV: " + message);
    }
}
