package io.sluice.gateway.query;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows behind a row. */
final class KeysetSql {

    private final SqlBuilder out;
    private final FieldSql fields;

    KeysetSql(SqlBuilder out, FieldSql fields) {
        this.out = out;
        this.fields = fields;
    }

    /** A row's place as a JSON array; {@link Cursor} makes text of it. */
    void place(Source source, String alias, Keyset keyset) {
        out.sql("json_build_array('").sql(Cursor.mark(keyset.terms())).sql("'::text");
        for (Keyset.Term term : keyset.terms()) {
            out.sql(", (");
            fields.field(source, alias, term.field());
            out.sql(")::text");
        }
        out.sql(")::text");
    }

    /** The values that a row's place is made of, each as text, behind other columns. */
    void values(Source source, String alias, Keyset keyset) {
        for (int i = 0; i < keyset.terms().size(); i++) {
            out.sql(", (");
            fields.field(source, alias, keyset.terms().get(i).field());
            out.sql(")::text AS sluice_place_" + i);
        }
    }

    /** True for the rows behind the one that the keyset names. */
    void behind(Source source, String alias, Keyset keyset) {
        List<@Nullable String> values = Objects.requireNonNull(keyset.values());
        if (keyset.comparesAsRow()) {
            row(source, alias, keyset, values);
            return;
        }
        out.sql("(");
        bound(source, alias, keyset.terms().get(0), values.get(0));
        for (int i = 0; i < keyset.terms().size(); i++) {
            Keyset.Term term = keyset.terms().get(i);
            strictlyBehind(source, alias, term, values.get(i));
            if (i < keyset.terms().size() - 1) {
                out.sql(" OR (");
                equal(source, alias, term, values.get(i));
                out.sql(" AND (");
            }
        }
        out.sql("))".repeat(keyset.terms().size() - 1)).sql("))");
    }

    private void row(Source source, String alias, Keyset keyset, List<@Nullable String> values) {
        String glue = "(";
        for (Keyset.Term term : keyset.terms()) {
            out.sql(glue);
            fields.field(source, alias, term.field());
            glue = ", ";
        }
        out.sql(keyset.terms().get(0).descending() ? ") < " : ") > ");
        glue = "(";
        for (String value : values) {
            out.sql(glue).bind(Objects.requireNonNull(value));
            glue = ", ";
        }
        out.sql(")");
    }

    /** What an index on the first term alone can use; the rest follows from it. */
    private void bound(Source source, String alias, Keyset.Term first, @Nullable String value) {
        boolean nullsBehind = first.nullable() && !first.nullsFirst();
        if (value != null && !nullsBehind) {
            fields.field(source, alias, first.field());
            out.sql(first.descending() ? " <= " : " >= ").bind(value).sql(" AND ");
        }
        out.sql("(");
    }

    private void strictlyBehind(Source source, String alias, Keyset.Term term, @Nullable String value) {
        if (value == null) {
            if (term.nullsFirst()) {
                fields.field(source, alias, term.field());
                out.sql(" IS NOT NULL");
            } else {
                out.sql("FALSE");
            }
            return;
        }
        fields.field(source, alias, term.field());
        out.sql(term.descending() ? " < " : " > ").bind(value);
        if (term.nullable() && !term.nullsFirst()) {
            out.sql(" OR ");
            fields.field(source, alias, term.field());
            out.sql(" IS NULL");
        }
    }

    private void equal(Source source, String alias, Keyset.Term term, @Nullable String value) {
        fields.field(source, alias, term.field());
        if (value == null) {
            out.sql(" IS NULL");
        } else {
            out.sql(" = ").bind(value);
        }
    }
}
