package io.sluice.gateway.stream;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Statement;
import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A few rows for several answers: each a JSON object, found by its first column, which is not shown. */
public final class KeyedRows {

    private static final byte[] BETWEEN = ",\n".getBytes(StandardCharsets.US_ASCII);

    private final int mostBytes;
    private final RowWriter writer = JsonRows.objectsBehindKey();
    private final Output out = new Output();
    private final Cells cells = new Cells();
    private final Map<String, Found> found = new HashMap<>();
    private long bytes;

    private KeyedRows(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * What has one key.
     *
     * @param rows how many
     */
    @SuppressWarnings("ArrayRecordComponent") // written once, then read
    public record Found(byte[] json, int rows) {

        /** Nothing. */
        public static final Found NONE = new Found(new byte[0], 0);

        private Found and(byte[] next) {
            byte[] both = Arrays.copyOf(json, json.length + BETWEEN.length + next.length);
            System.arraycopy(BETWEEN, 0, both, json.length, BETWEEN.length);
            System.arraycopy(next, 0, both, json.length + BETWEEN.length, next.length);
            return new Found(both, rows + 1);
        }
    }

    /** The rows are too many bytes to be held; stackless, it is the caller's signal to stream them. */
    public static final class TooLargeException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private TooLargeException(int mostBytes) {
            super("The rows are longer than " + mostBytes + " bytes", null, false, false);
        }
    }

    /** Runs the statement, on each subscription anew; rows of more than {@code mostBytes} are an error. */
    public static Mono<Map<String, Found>> read(Statement statement, int mostBytes) {
        return Mono.defer(() -> {
            KeyedRows rows = new KeyedRows(mostBytes);
            return Flux.defer(statement::execute)
                    .concatMap(result -> result.map(rows::append))
                    .then(Mono.fromSupplier(() -> rows.found));
        });
    }

    private Object append(Row row, RowMetadata metadata) {
        writer.next(cells.show(row, metadata), out);
        bytes += out.length;
        if (bytes > mostBytes) {
            throw new TooLargeException(mostBytes);
        }
        byte[] json = out.copy();
        out.clear();
        found.merge(key(), new Found(json, 1), (before, next) -> before.and(next.json()));
        return json;
    }

    private String key() {
        if (cells.isNull(0)) {
            throw new IllegalStateException("A key is null");
        }
        return new String(cells.bytes(), cells.at(0), cells.length(0), StandardCharsets.UTF_8);
    }
}
