package io.sluice.gateway.schema;

import java.util.List;

/**
 * A foreign key: {@code columns} of {@code table} reference {@code referencedColumns} of {@code referenced}, pairwise.
 */
public record ForeignKey(
        String name,
        QualifiedName table,
        List<String> columns,
        QualifiedName referenced,
        List<String> referencedColumns) {

    public ForeignKey {
        columns = List.copyOf(columns);
        referencedColumns = List.copyOf(referencedColumns);
    }
}
