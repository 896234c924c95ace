package io.sluice.gateway.stream;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.text.JsonText;
import io.sluice.gateway.text.Output;
import io.sluice.routing.WireColumn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Rows as JSON objects, in the frames that array, lines, events and a single object put around them. */
final class JsonRows extends RowWriter {

    private static final byte[] NULL = ascii("null");
    private static final byte[] ID = ascii("id:");

    private enum Frame {
        ARRAY,
        LINES,
        EVENTS,
        OBJECT,
        /** The first column's values, without names. */
        VALUES,
        /** One such value, or null for no row. */
        VALUE,
        /** One such value; any other number of rows is refused. */
        SINGLE_VALUE
    }

    private final Frame frame;

    /** Whether a row must not contain line breaks. */
    private final boolean oneLine;

    /** Before the first row, before every other one, after each, after the last, and instead of all of it. */
    private final byte[] first;

    private final byte[] before;
    private final byte[] after;
    private final byte[] last;
    private final byte[] empty;

    /** How many columns stand before those that are shown. */
    private final int hidden;

    private byte[][] keys = {};
    private ColumnEncoder @Nullable [] encoders;

    private JsonRows(
            Frame frame, Placement placement, String first, String before, String after, String last, String empty) {
        this(frame, placement, first, before, after, last, empty, 0);
    }

    private JsonRows(
            Frame frame,
            Placement placement,
            String first,
            String before,
            String after,
            String last,
            String empty,
            int hidden) {
        super(placement);
        this.hidden = hidden;
        this.frame = frame;
        this.oneLine = frame == Frame.LINES || frame == Frame.EVENTS;
        this.first = ascii(first);
        this.before = ascii(before);
        this.after = ascii(after);
        this.last = ascii(last);
        this.empty = ascii(empty);
    }

    static JsonRows array(Placement placement) {
        return new JsonRows(Frame.ARRAY, placement, "[", ",\n", "", "]", "[]");
    }

    static JsonRows object() {
        return new JsonRows(Frame.OBJECT, Placement.NONE, "", "", "", "", "");
    }

    static JsonRows values() {
        return new JsonRows(Frame.VALUES, Placement.NONE, "[", ",\n", "", "]", "[]");
    }

    /** A collection of GeoJSON's. */
    static JsonRows features() {
        String first = "{\"type\":\"FeatureCollection\",\"features\":[";
        return new JsonRows(Frame.VALUES, Placement.NONE, first, ",\n", "", "]}", first + "]}");
    }

    static JsonRows value() {
        return new JsonRows(Frame.VALUE, Placement.NONE, "", "", "", "", "null");
    }

    static JsonRows singleValue() {
        return new JsonRows(Frame.SINGLE_VALUE, Placement.NONE, "", "", "", "", "");
    }

    /** One object after another, without the first column. */
    static JsonRows objectsBehindKey() {
        return new JsonRows(Frame.ARRAY, Placement.NONE, "", "", "", "", "", 1);
    }

    static JsonRows lines(Placement placement) {
        return new JsonRows(Frame.LINES, placement, "", "", "\n", "", "");
    }

    static JsonRows events(Placement placement) {
        return new JsonRows(Frame.EVENTS, placement, "data:", "data:", "\n\n", "", "");
    }

    @Override
    void row(Cells row, Output out) {
        ColumnEncoder[] known = encoders;
        if (known == null) {
            known = prepare(row);
        }
        if (rows() > 0 && single()) {
            // Refused in the end, when it is known how many there are.
            return;
        }
        place().take(row, known.length + hidden);
        if (frame == Frame.EVENTS) {
            writeId(out);
        }
        out.write(rows() == 0 ? first : before);
        if (known.length == 0 && !bare()) {
            out.write((byte) '{');
        }
        for (int i = 0; i < known.length; i++) {
            out.write(keys[i]);
            int column = i + hidden;
            if (row.isNull(column)) {
                out.write(NULL);
            } else {
                known[i].encode(row.bytes(column), row.at(column), row.length(column), out);
            }
        }
        if (!bare()) {
            out.write((byte) '}');
        }
        out.write(after);
    }

    private void writeId(Output out) {
        String cursor = place().cursor();
        if (cursor != null) {
            out.write(ID);
            out.write(ascii(cursor));
            out.write((byte) '\n');
        }
    }

    private boolean bare() {
        return frame == Frame.VALUES || frame == Frame.VALUE || frame == Frame.SINGLE_VALUE;
    }

    private boolean single() {
        return frame == Frame.OBJECT || frame == Frame.SINGLE_VALUE;
    }

    private ColumnEncoder[] prepare(Cells row) {
        List<WireColumn> columns = columns(row);
        ColumnEncoder[] chosen = new ColumnEncoder[columns.size() - hidden];
        keys = new byte[chosen.length][];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = JsonColumns.encoder(columns.get(i + hidden).type(), oneLine);
            keys[i] = bare()
                    ? ascii(i == 0 ? "" : ",")
                    : key(i == 0 ? "{" : ",", columns.get(i + hidden).name());
        }
        encoders = chosen;
        return chosen;
    }

    private static byte[] key(String before, String name) {
        Output key = new Output();
        key.write(ascii(before));
        key.write(JsonText.quoted(name));
        key.write((byte) ':');
        return key.copy();
    }

    @Override
    void end(Output out) {
        if (single() && rows() != 1) {
            throw notOneRow("The result contains " + rows() + " rows");
        }
        out.write(rows() == 0 ? empty : last);
        if (frame == Frame.EVENTS) {
            out.write(ascii("event:end\ndata:{\"rows\":" + rows() + "}\n\n"));
        }
    }

    @Override
    void error(ErrorBody error, Output out) {
        byte[] record = ErrorRecord.json(error);
        if (frame == Frame.EVENTS) {
            out.write(ascii("event:error\ndata:"));
            out.write(record);
            out.write(ascii("\n\n"));
        } else {
            out.write(rows() == 0 ? first : before);
            out.write(ascii("{\"error\":"));
            out.write(record);
            out.write(ascii("}\n"));
        }
    }

    private static ApiException notOneRow(String details) {
        return new ApiException(
                HttpStatus.NOT_ACCEPTABLE,
                "PGRST116",
                "Cannot coerce the result to a single JSON object",
                details,
                null);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
