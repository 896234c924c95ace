package io.sluice.gateway.ingest;

import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tables for tests that need no server. */
final class Targets {

    private static final Map<String, Long> OIDS = Map.of("bigint", 20L, "text", 25L, "jsonb", 3802L, "text[]", 1009L);

    private Targets() {}

    /** Nullable columns given as {@code name type}, with a third word also a default. */
    static Target columns(String... definitions) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (String definition : definitions) {
            String[] words = definition.split(" ", 3);
            long oid = OIDS.get(words[1]);
            columns.put(
                    words[0],
                    new Column(
                            words[0],
                            columns.size() + 1,
                            oid,
                            oid,
                            words[1],
                            words[1],
                            true,
                            words.length > 2 ? words[2] : null,
                            Column.Generation.NONE,
                            Column.Converters.NONE,
                            List.of(),
                            null));
        }
        Table table = new Table(
                new QualifiedName("public", "t"),
                Table.Kind.TABLE,
                1,
                columns,
                List.of(),
                List.of(),
                Set.of(),
                new Table.Writes(true, true, true),
                null);
        return Target.of(table, Sparse.MARKED, List.of());
    }
}
