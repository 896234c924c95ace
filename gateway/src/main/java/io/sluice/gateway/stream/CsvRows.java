package io.sluice.gateway.stream;

import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.text.Output;
import io.sluice.routing.WireColumn;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows as lines of CSV below a header; the last line has no break behind it, as PostgREST has it. */
final class CsvRows extends RowWriter {

    /** Column names for the header of an answer without rows; with rows the server's own names count. */
    private final List<String> columns;

    private int width = -1;

    CsvRows(List<String> columns, Placement placement) {
        super(placement);
        this.columns = columns;
    }

    @Override
    void row(Cells row, Output out) {
        if (width < 0) {
            header(columns(row).stream().map(WireColumn::name).toList(), out);
        }
        place().take(row, width);
        out.write((byte) '\n');
        for (int i = 0; i < width; i++) {
            if (i > 0) {
                out.write((byte) ',');
            }
            if (!row.isNull(i)) {
                CsvColumns.field(row.bytes(i), row.at(i), row.length(i), out);
            }
        }
    }

    private void header(List<String> names, Output out) {
        width = names.size();
        for (int i = 0; i < width; i++) {
            if (i > 0) {
                out.write((byte) ',');
            }
            out.write(CsvColumns.field(names.get(i)));
        }
    }

    @Override
    void end(Output out) {
        if (width < 0) {
            header(columns, out);
        }
    }

    @Override
    void error(ErrorBody error, Output out) {
        out.write("\n#error,".getBytes(StandardCharsets.US_ASCII));
        out.write(CsvColumns.field(error.code()));
        out.write((byte) ',');
        out.write(CsvColumns.field(error.message()));
        out.write((byte) '\n');
    }
}
