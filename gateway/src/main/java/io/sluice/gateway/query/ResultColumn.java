package io.sluice.gateway.query;

import io.sluice.gateway.schema.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A column of a read's result, as far as the schema tells.
 *
 * @param typeOid its base type; 0 where only the query tells
 * @param declared the type with its length, as people write it; null where it is not a stored column's
 */
public record ResultColumn(
        String name, long typeOid, @Nullable String declared) {

    private static final long INT4 = 23;
    private static final long INT8 = 20;

    /** What casts are written as. */
    private static final Map<String, Long> CASTS = Map.ofEntries(
            Map.entry("bool", 16L),
            Map.entry("boolean", 16L),
            Map.entry("bytea", 17L),
            Map.entry("int8", INT8),
            Map.entry("bigint", INT8),
            Map.entry("int2", 21L),
            Map.entry("smallint", 21L),
            Map.entry("int4", INT4),
            Map.entry("int", INT4),
            Map.entry("integer", INT4),
            Map.entry("float4", 700L),
            Map.entry("real", 700L),
            Map.entry("float8", 701L),
            Map.entry("double precision", 701L),
            Map.entry("date", 1082L),
            Map.entry("timestamp", 1114L),
            Map.entry("timestamptz", 1184L));

    /** The columns of a plan, in the order of {@link ReadPlan#columnNames}. */
    static List<ResultColumn> of(ReadPlan plan) {
        List<ResultColumn> columns = new ArrayList<>();
        Source source = plan.source();
        for (ReadPlan.Output output : plan.outputs()) {
            if (output instanceof ReadPlan.Named named) {
                columns.add(of(source, named));
            } else if (output instanceof ReadPlan.All) {
                source.columnNames().forEach(name -> columns.add(stored(source, name, name)));
            } else if (output instanceof ReadPlan.One one) {
                columns.add(new ResultColumn(one.name(), INT4, null));
            } else {
                plan.withOutputs(List.of(output)).columnNames().forEach(name -> columns.add(unknown(name)));
            }
        }
        return columns;
    }

    private static ResultColumn of(Source source, ReadPlan.Named named) {
        SelectItem.Value value = named.value();
        String cast = value.aggregateCast();
        if (value.aggregate() == null) {
            cast = value.cast();
        } else if (cast == null) {
            return new ResultColumn(named.name(), value.aggregate() == SelectItem.Aggregate.COUNT ? INT8 : 0, null);
        }
        if (cast != null) {
            return new ResultColumn(named.name(), CASTS.getOrDefault(cast.toLowerCase(Locale.ROOT), 0L), null);
        }
        return value.field().path().isEmpty()
                ? stored(source, value.field().name(), named.name())
                : unknown(named.name());
    }

    private static ResultColumn stored(Source source, String column, String name) {
        if (source.converters(column).toJson() != null) {
            return unknown(name);
        }
        Column known = source.known(column);
        return new ResultColumn(name, FieldSql.typeOid(source, column), known == null ? null : known.displayType());
    }

    private static ResultColumn unknown(String name) {
        return new ResultColumn(name, 0, null);
    }
}
