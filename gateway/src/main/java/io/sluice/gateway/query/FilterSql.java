package io.sluice.gateway.query;

import io.sluice.gateway.query.Filter.Comparison;
import io.sluice.gateway.query.Filter.FullText;
import io.sluice.gateway.query.Filter.In;
import io.sluice.gateway.query.Filter.Is;
import io.sluice.gateway.query.Filter.IsDistinct;
import io.sluice.gateway.query.Filter.Operation;
import io.sluice.gateway.query.Filter.Quantifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Filters as SQL conditions. Every value is bound; its type follows from what it is compared with. */
final class FilterSql {

    private final SqlBuilder out;
    private final FieldSql fields;

    FilterSql(SqlBuilder out, FieldSql fields) {
        this.out = out;
        this.fields = fields;
    }

    void filter(Source source, String alias, Filter filter) {
        out.sql(filter.negated() ? "NOT (" : "");
        operation(source, alias, filter);
        out.sql(filter.negated() ? ")" : "");
    }

    private void operation(Source source, String alias, Filter filter) {
        Operation operation = filter.operation();
        if (operation instanceof FullText text) {
            fullText(source, alias, filter.field(), text);
            return;
        }
        String converter = filter.field().path().isEmpty()
                ? source.converters(filter.field().name()).fromText()
                : null;
        fields.field(source, alias, filter.field());
        if (operation instanceof Comparison comparison) {
            comparison(comparison, converter);
        } else if (operation instanceof In in && converter != null) {
            out.sql(" = ANY (SELECT ").sql(converter).sql("(sluice_value) FROM unnest(");
            out.bind(arrayLiteral(in.values())).sql("::text[]) AS sluice_value)");
        } else if (operation instanceof In in) {
            out.sql(" = ANY (").bind(arrayLiteral(in.values())).sql(")");
        } else if (operation instanceof Is is) {
            out.sql(" IS ").sql(is.truth().sql);
        } else if (operation instanceof IsDistinct distinct) {
            out.sql(" IS DISTINCT FROM ").bind(distinct.value());
        }
    }

    private void comparison(Comparison comparison, @Nullable String converter) {
        String value = comparison.operator().isPattern() ? comparison.value().replace('*', '%') : comparison.value();
        out.sql(" ").sql(comparison.operator().sql).sql(" ");
        Quantifier quantifier = comparison.quantifier();
        if (quantifier == null && converter != null && comparison.operator().takesColumnType()) {
            out.sql(converter).sql("(").bind(value).sql("::text)");
        } else if (quantifier == null) {
            out.bind(value);
        } else {
            out.sql(quantifier.name()).sql(" (").bind(value).sql(")");
        }
    }

    private void fullText(Source source, String alias, Field field, FullText text) {
        boolean isVector = field.path().isEmpty() && FieldSql.typeOid(source, field.name()) == FieldSql.TSVECTOR;
        if (isVector) {
            fields.field(source, alias, field);
        } else {
            out.sql("to_tsvector(");
            language(text);
            fields.field(source, alias, field);
            out.sql(")");
        }
        out.sql(" @@ ").sql(text.query().function).sql("(");
        language(text);
        out.bind(text.value()).sql(")");
    }

    private void language(FullText text) {
        if (text.language() != null) {
            out.bind(text.language()).sql("::regconfig, ");
        }
    }

    /** PostgreSQL's text form of an array; {@code in.()} is an empty one. */
    static String arrayLiteral(List<String> values) {
        if (values.size() == 1 && values.get(0).isEmpty()) {
            return "{}";
        }
        StringBuilder literal = new StringBuilder("{");
        for (String value : values) {
            literal.append(literal.length() > 1 ? "," : "")
                    .append('"')
                    .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        }
        return literal.append('}').toString();
    }
}
