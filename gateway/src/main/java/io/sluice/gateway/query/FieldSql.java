package io.sluice.gateway.query;

import io.sluice.gateway.query.Field.JsonStep;
import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.Function;
import java.util.List;
import java.util.Locale;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Fields as SQL expressions. */
final class FieldSql {

    static final long JSON = 114;
    static final long JSONB = 3802;
    static final long TSVECTOR = 3614;

    private final SqlBuilder out;
    private final LongPredicate direct;

    /**
     * Writes to {@code out}.
     *
     * @param direct which type oids a row writer turns into JSON by itself; others are given to {@code to_json}
     */
    FieldSql(SqlBuilder out, LongPredicate direct) {
        this.out = out;
        this.direct = direct;
    }

    /** A column or computed column, and the way into its JSON. */
    void field(Source source, String alias, Field field) {
        List<JsonStep> path = field.path();
        boolean wrapped = !path.isEmpty() && !isJson(source, field.name());
        out.sql(wrapped ? "to_jsonb(" : "");
        column(source, alias, field.name());
        out.sql(wrapped ? ")" : "");
        for (JsonStep step : path) {
            out.sql(step.asText() ? "->>" : "->");
            if (step.isIndex()) {
                // The sign may stand right behind the arrow, which PostgreSQL would read as another operator.
                out.sql("(" + Integer.parseInt(step.operand()) + ")");
            } else {
                out.literal(step.operand());
            }
        }
    }

    /** A field as clients see it. */
    void shown(Source source, String alias, Field field) {
        String converter =
                field.path().isEmpty() ? source.converters(field.name()).toJson() : null;
        out.sql(converter == null ? "" : converter + "(");
        field(source, alias, field);
        out.sql(converter == null ? "" : ")");
    }

    private void column(Source source, String alias, String column) {
        Function computed = isStored(source, column) ? null : source.computed().get(column);
        if (computed != null && source.from() != null) {
            out.relation(computed.name()).sql("(").identifier(alias).sql(")");
        } else {
            out.column(alias, column);
        }
    }

    private static boolean isStored(Source source, String column) {
        return source.columns() != null && source.columns().containsKey(column);
    }

    private static boolean isJson(Source source, String column) {
        long oid = typeOid(source, column);
        return oid == JSON || oid == JSONB;
    }

    /** The base type of a column, 0 where it is not known. */
    static long typeOid(Source source, String column) {
        if (source.columns() != null && source.columns().containsKey(column)) {
            return source.columns().get(column);
        }
        Function computed = source.computed().get(column);
        return computed == null ? 0 : computed.returns().typeOid();
    }

    /** A selected value with its casts and aggregate, without a name. */
    void value(Source source, String alias, SelectItem.Value value) {
        cast(value.aggregateCast(), () -> {
            if (value.aggregate() == null) {
                cast(value.cast(), () -> shown(source, alias, value.field()));
                return;
            }
            out.sql(value.aggregate().name().toLowerCase(Locale.ROOT)).sql("(");
            if (value.field().name().equals(Field.ALL)) {
                out.sql("*");
            } else {
                cast(value.cast(), () -> field(source, alias, value.field()));
            }
            out.sql(")");
        });
    }

    private void cast(@Nullable String type, Runnable expression) {
        if (type == null) {
            expression.run();
            return;
        }
        out.sql("CAST(");
        expression.run();
        out.sql(" AS ").sql(TypeName.sql(type)).sql(")");
    }

    /** Whether a row writer can make JSON of the value as it is. */
    boolean isDirect(Source source, SelectItem.Value value) {
        String cast = value.aggregateCast() != null ? value.aggregateCast() : value.cast();
        if (value.aggregate() != null && value.aggregateCast() == null) {
            return value.aggregate() == SelectItem.Aggregate.COUNT;
        }
        if (cast != null) {
            return TypeName.isDirect(cast);
        }
        return !value.field().path().isEmpty() || isDirect(source, value.field().name());
    }

    boolean isDirect(Source source, String column) {
        long oid = typeOid(source, column);
        return direct.test(oid)
                || isEnumeration(source, column)
                || source.converters(column).toJson() != null;
    }

    private static boolean isEnumeration(Source source, String column) {
        Column known = source.known(column);
        return known != null && !known.enumLabels().isEmpty();
    }
}
