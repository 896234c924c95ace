package io.sluice.gateway.stream;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Statement;
import io.sluice.gateway.text.Output;
import io.sluice.routing.RoutedConnection;
import io.sluice.routing.WireColumn;
import io.sluice.routing.WireRows;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Rows for several answers: JSON objects, found by their first column, which is not shown. */
public final class KeyedRows implements WireRows {

    private static final Object WRITTEN = new Object();

    private final int mostBytes;
    private final RowWriter writer = JsonRows.objectsBehindKey();
    private final Output out = new Output();
    private final Cells cells = new Cells();
    private final Map<String, Found> found = new HashMap<>();
    private final Sinks.Empty<Void> broken = Sinks.empty();
    private @Nullable RuntimeException failure;
    private byte[] key = {};
    private int rows;
    private long bytes;

    private KeyedRows(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * What has one key.
     *
     * @param array the rows as a JSON array
     * @param rows how many
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, then read
    public record Found(byte[] array, int rows) {

        /** Nothing. */
        public static final Found NONE = new Found(new byte[] {'[', ']'}, 0);

        /** The first row without the array around it. */
        public byte[] single() {
            return Arrays.copyOfRange(array, 1, array.length - 1);
        }
    }

    /** The rows are too many bytes to be held; stackless, it is the caller's signal to stream them. */
    public static final class TooLargeException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private TooLargeException(int mostBytes) {
            super("The rows are longer than " + mostBytes + " bytes", null, false, false);
        }
    }

    /**
     * Runs a statement of this connection, on each subscription anew; rows of more than {@code mostBytes} are an error.
     * Those of one key must come one after another.
     */
    public static Mono<Map<String, Found>> read(RoutedConnection connection, Statement statement, int mostBytes) {
        return Mono.defer(() -> {
            KeyedRows rows = new KeyedRows(mostBytes);
            connection.rowsTo(statement, rows);
            return Flux.defer(statement::execute)
                    .concatMap(result -> result.map(rows::taken))
                    .takeUntilOther(rows.broken.asMono())
                    .then(Mono.fromCallable(rows::all));
        });
    }

    @Override
    public Set<Integer> binaryTypes(Map<String, String> parameters) {
        return BinaryText.types(parameters);
    }

    @Override
    public void columns(List<WireColumn> columns) {
        cells.columns(columns);
    }

    @Override
    public void row(byte[] wire, int from) {
        append(cells.show(wire, from));
    }

    @Override
    public void arrived() {
        // All of them are waited for.
    }

    private Object taken(Row row, RowMetadata metadata) {
        append(cells.show(row, metadata));
        return WRITTEN;
    }

    private void append(Cells row) {
        if (failure != null) {
            return;
        }
        try {
            write(row);
        } catch (RuntimeException e) {
            failure = e;
            broken.tryEmitEmpty();
        }
    }

    private void write(Cells row) {
        if (row.isNull(0)) {
            throw new IllegalStateException("A key is null");
        }
        int from = row.at(0);
        int to = from + row.length(0);
        if (rows == 0 || !Arrays.equals(row.bytes(0), from, to, key, 0, key.length)) {
            close();
            key = Arrays.copyOfRange(row.bytes(0), from, to);
        }
        out.write(rows == 0 ? (byte) '[' : (byte) ',');
        if (rows > 0) {
            out.write((byte) '\n');
        }
        writer.next(row, out);
        rows++;
        if (bytes + out.length > mostBytes) {
            throw new TooLargeException(mostBytes);
        }
    }

    private void close() {
        if (rows > 0) {
            out.write((byte) ']');
            bytes += out.length;
            Found before = found.put(new String(key, StandardCharsets.US_ASCII), new Found(out.copy(), rows));
            if (before != null) {
                throw new IllegalStateException("Rows of one key do not come one after another");
            }
            out.clear();
            rows = 0;
        }
    }

    private Map<String, Found> all() {
        if (failure != null) {
            throw failure;
        }
        close();
        return found;
    }
}
