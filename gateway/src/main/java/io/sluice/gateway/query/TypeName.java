package io.sluice.gateway.query;

import io.sluice.gateway.schema.QualifiedName;
import java.util.Locale;
import java.util.Set;

/** The type in {@code ::type}: a word that SQL's grammar knows, or the name of a type. */
final class TypeName {

    /** Names that mean a type only while they are not quoted. */
    private static final Set<String> WORDS = Set.of(
            "bigint",
            "bit",
            "bit varying",
            "boolean",
            "char",
            "char varying",
            "character",
            "character varying",
            "dec",
            "decimal",
            "double precision",
            "float",
            "int",
            "integer",
            "interval",
            "nchar",
            "numeric",
            "real",
            "smallint",
            "time",
            "time with time zone",
            "time without time zone",
            "timestamp",
            "timestamp with time zone",
            "timestamp without time zone",
            "varchar");

    /** Types that a row writer turns into JSON by itself. */
    private static final Set<String> DIRECT = Set.of(
            "bigint",
            "bool",
            "boolean",
            "date",
            "float4",
            "float8",
            "int",
            "int2",
            "int4",
            "int8",
            "integer",
            "json",
            "jsonb",
            "numeric",
            "real",
            "smallint",
            "text",
            "timestamptz",
            "uuid",
            "varchar");

    private TypeName() {}

    static String sql(String written) {
        String name = written.toLowerCase(Locale.ROOT);
        return WORDS.contains(name) ? name : QualifiedName.quote(name);
    }

    static boolean isDirect(String written) {
        return DIRECT.contains(written.toLowerCase(Locale.ROOT));
    }
}
