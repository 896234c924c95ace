package io.sluice.gateway.stream;

import io.sluice.gateway.arrow.ArrowField;
import io.sluice.gateway.arrow.ArrowType;
import io.sluice.gateway.arrow.ArrowWriter;
import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.text.Output;
import io.sluice.routing.WireColumn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as record batches of an Arrow stream. A broken one has no record of the error, for which the format has no place:
 * it lacks its end.
 */
final class ArrowRows extends RowWriter {

    private final List<ArrowField> expected;
    private @Nullable ArrowWriter writer;

    /** {@code expected} columns are those of an answer without rows; with rows the server's own names count. */
    ArrowRows(List<ArrowField> expected, Placement placement) {
        super(placement);
        this.expected = expected;
    }

    @Override
    void row(Cells row, Output out) {
        ArrowWriter batches = writer;
        if (batches == null) {
            batches = new ArrowWriter(fields(row), out);
            writer = batches;
        }
        int width = batches.width();
        place().take(row, width);
        for (int i = 0; i < width; i++) {
            if (row.isNull(i)) {
                batches.nothing(i);
            } else {
                batches.value(i, row.bytes(i), row.at(i), row.length(i));
            }
        }
        batches.endRow(out);
    }

    private List<ArrowField> fields(Cells row) {
        List<WireColumn> columns = columns(row);
        List<ArrowField> fields = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            int oid = columns.get(i).type();
            ArrowField known = i < expected.size() && expected.get(i).oid() == oid ? expected.get(i) : null;
            ArrowType type = known == null ? ArrowType.UTF8 : known.type();
            fields.add(new ArrowField(columns.get(i).name(), oid, type));
        }
        return fields;
    }

    @Override
    void pause(Output out) {
        if (writer != null) {
            writer.flush(out);
        }
    }

    @Override
    void end(Output out) {
        ArrowWriter batches = writer;
        if (batches == null) {
            batches = new ArrowWriter(expected, out);
            writer = batches;
        }
        batches.end(out);
    }

    @Override
    void error(ErrorBody error, Output out) {
        // The stream lacks its end.
    }
}
