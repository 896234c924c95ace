package io.sluice.gateway.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A condition on one field: {@code age=not.gte.18}. */
public record Filter(Field field, boolean negated, Operation operation) {

    /** What the field is compared with, and how. */
    public sealed interface Operation {}

    /** {@code eq.1}, {@code like(any).{a*,b*}}: an operator with a value as the client wrote it. */
    public record Comparison(Operator operator, @Nullable Quantifier quantifier, String value) implements Operation {}

    /** {@code in.(1,2)}. */
    public record In(List<String> values) implements Operation {
        public In {
            values = List.copyOf(values);
        }
    }

    /** {@code is.null}. */
    public record Is(Truth truth) implements Operation {}

    /** {@code isdistinct.1}. */
    public record IsDistinct(String value) implements Operation {}

    /** {@code fts(english).cat}. */
    public record FullText(TextQuery query, @Nullable String language, String value) implements Operation {}

    /** Whether one element is enough. */
    public enum Quantifier {
        ANY,
        ALL
    }

    /** What {@code is} can ask for. */
    public enum Truth {
        NULL("null", "NULL"),
        NOT_NULL("not_null", "NOT NULL"),
        TRUE("true", "TRUE"),
        FALSE("false", "FALSE"),
        UNKNOWN("unknown", "UNKNOWN");

        final String spelling;
        final String sql;

        Truth(String spelling, String sql) {
            this.spelling = spelling;
            this.sql = sql;
        }
    }

    /** The operators that take one value; those that can be quantified come with {@code (any)} and {@code (all)}. */
    public enum Operator {
        NEQ("neq", "<>", false),
        CS("cs", "@>", false),
        CD("cd", "<@", false),
        OV("ov", "&&", false),
        SL("sl", "<<", false),
        SR("sr", ">>", false),
        NXR("nxr", "&<", false),
        NXL("nxl", "&>", false),
        ADJ("adj", "-|-", false),
        EQ("eq", "=", true),
        GTE("gte", ">=", true),
        GT("gt", ">", true),
        LTE("lte", "<=", true),
        LT("lt", "<", true),
        LIKE("like", "LIKE", true),
        ILIKE("ilike", "ILIKE", true),
        MATCH("match", "~", true),
        IMATCH("imatch", "~*", true);

        final String spelling;
        final String sql;
        final boolean quantifiable;

        Operator(String spelling, String sql, boolean quantifiable) {
            this.spelling = spelling;
            this.sql = sql;
            this.quantifiable = quantifiable;
        }

        boolean isPattern() {
            return this == LIKE || this == ILIKE;
        }

        /** Whether the value must be of the column's own type, so that a cast to it is right. */
        boolean takesColumnType() {
            return switch (this) {
                case EQ, NEQ, GT, GTE, LT, LTE -> true;
                default -> false;
            };
        }
    }

    /** The functions that make a {@code tsquery} of text. */
    public enum TextQuery {
        FTS("fts", "to_tsquery"),
        PLFTS("plfts", "plainto_tsquery"),
        PHFTS("phfts", "phraseto_tsquery"),
        WFTS("wfts", "websearch_to_tsquery");

        final String spelling;
        final String function;

        TextQuery(String spelling, String function) {
            this.spelling = spelling;
            this.function = function;
        }
    }
}
