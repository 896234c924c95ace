package io.sluice.gateway.execute;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.sluice.gateway.query.Frame;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** A row without its frame. One view serves all rows of a result, one after another. */
final class FramedRow implements Row {

    private final Metadata metadata;
    private @Nullable Row row;

    FramedRow(RowMetadata metadata) {
        List<? extends ColumnMetadata> columns = metadata.getColumnMetadatas();
        this.metadata = new Metadata(columns.subList(Frame.WIDTH, columns.size()));
    }

    Row showing(Row next) {
        row = next;
        return this;
    }

    private Row row() {
        if (row == null) {
            throw new IllegalStateException("No row yet");
        }
        return row;
    }

    @Override
    public RowMetadata getMetadata() {
        return metadata;
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        return row().get(index + Frame.WIDTH, type);
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return row().get(name, type);
    }

    private record Metadata(List<? extends ColumnMetadata> columns) implements RowMetadata {

        @Override
        public ColumnMetadata getColumnMetadata(int index) {
            return columns.get(index);
        }

        @Override
        public ColumnMetadata getColumnMetadata(String name) {
            return columns.stream()
                    .filter(column -> column.getName().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new NoSuchElementException("no column named '" + name + "'"));
        }

        @Override
        public List<? extends ColumnMetadata> getColumnMetadatas() {
            return columns;
        }

        @Override
        public boolean contains(String name) {
            return columns.stream().anyMatch(column -> column.getName().equalsIgnoreCase(name));
        }
    }
}
