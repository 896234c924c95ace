package io.sluice.gateway.schema;

import io.r2dbc.spi.Readable;
import io.sluice.gateway.schema.Function.Parameter;
import io.sluice.gateway.schema.Function.Returns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows of {@link CatalogQueries} as records. */
final class CatalogRows {

    private static final int INSERT = 1 << 3;
    private static final int UPDATE = 1 << 2;
    private static final int DELETE = 1 << 4;

    private CatalogRows() {}

    static Catalog.ColumnRow column(Readable row) {
        int writes = Objects.requireNonNullElse(row.get("writes", Integer.class), 0);
        return new Catalog.ColumnRow(
                name(row, "schema", "relation"),
                kind(text(row, "kind")),
                number(row, "row_type"),
                new Table.Writes((writes & INSERT) != 0, (writes & UPDATE) != 0, (writes & DELETE) != 0),
                row.get("relation_description", String.class),
                row.get("name", String.class) == null ? null : columnOf(row));
    }

    private static Column columnOf(Readable row) {
        return new Column(
                text(row, "name"),
                Objects.requireNonNull(row.get("position", Integer.class)),
                number(row, "type_oid"),
                number(row, "base_type_oid"),
                text(row, "type"),
                text(row, "display_type"),
                flag(row, "nullable"),
                row.get("default_expression", String.class),
                generation(text(row, "identity"), text(row, "generated")),
                new Column.Converters(
                        row.get("to_json", String.class),
                        row.get("from_json", String.class),
                        row.get("from_text", String.class)),
                texts(row, "enum_labels"),
                row.get("description", String.class));
    }

    private static Table.Kind kind(String relkind) {
        return switch (relkind) {
            case "v" -> Table.Kind.VIEW;
            case "m" -> Table.Kind.MATERIALIZED_VIEW;
            case "f" -> Table.Kind.FOREIGN_TABLE;
            default -> Table.Kind.TABLE;
        };
    }

    private static Column.Generation generation(String identity, String generated) {
        if (!generated.isEmpty()) {
            return Column.Generation.EXPRESSION;
        }
        return switch (identity) {
            case "a" -> Column.Generation.IDENTITY_ALWAYS;
            case "d" -> Column.Generation.IDENTITY_BY_DEFAULT;
            default -> Column.Generation.NONE;
        };
    }

    static Catalog.Constraint constraint(Readable row) {
        return new Catalog.Constraint(
                text(row, "name"),
                text(row, "kind").charAt(0),
                name(row, "schema", "relation"),
                texts(row, "columns"),
                row.get("referenced", String.class) == null ? null : name(row, "referenced_schema", "referenced"),
                texts(row, "referenced_columns"));
    }

    static Catalog.Index index(Readable row) {
        return new Catalog.Index(name(row, "schema", "relation"), text(row, "name"));
    }

    static Catalog.ViewTree view(Readable row) {
        return new Catalog.ViewTree(name(row, "schema", "relation"), ViewTargets.read(text(row, "tree")));
    }

    static Catalog.RoleSetting roleSetting(Readable row) {
        return new Catalog.RoleSetting(text(row, "role"), text(row, "name"), text(row, "value"));
    }

    static MediaHandler mediaHandler(Readable row) {
        return new MediaHandler(
                row.get("target_schema", String.class) == null ? null : name(row, "target_schema", "target"),
                text(row, "media_type"),
                text(row, "content_type"),
                row.get("aggregate", String.class) == null ? null : name(row, "aggregate_schema", "aggregate"),
                flag(row, "each"));
    }

    static Function function(Readable row) {
        List<String> names = texts(row, "parameter_names");
        List<String> modes = texts(row, "parameter_modes");
        List<String> types = texts(row, "parameter_types");
        Long[] oids = Objects.requireNonNull(row.get("parameter_oids", Long[].class));
        int required = number(row, "inputs", Integer.class) - number(row, "defaults", Integer.class);
        List<Parameter> parameters = new ArrayList<>();
        Map<String, Long> outputs = new LinkedHashMap<>();
        for (int i = 0; i < types.size(); i++) {
            String mode = modes.isEmpty() ? "i" : modes.get(i);
            String name = names.isEmpty() ? "" : names.get(i);
            if (mode.equals("i") || mode.equals("b") || mode.equals("v")) {
                boolean isRequired = parameters.size() < required;
                parameters.add(new Parameter(name, oids[i], types.get(i), isRequired, mode.equals("v")));
            }
            if (mode.equals("o") || mode.equals("b") || mode.equals("t")) {
                outputs.put(name.isEmpty() ? "column" + (outputs.size() + 1) : name, oids[i]);
            }
        }
        return new Function(
                name(row, "schema", "name"),
                parameters,
                returns(row, outputs),
                volatility(text(row, "volatility")),
                number(row, "estimated_rows", Double.class),
                settings(texts(row, "settings")),
                row.get("description", String.class));
    }

    private static Returns returns(Readable row, Map<String, Long> outputs) {
        return new Returns(
                name(row, "return_schema", "return_type"),
                number(row, "return_oid"),
                flag(row, "returns_set"),
                text(row, "return_kind").equals("c") || !outputs.isEmpty(),
                flag(row, "return_alias"),
                outputs);
    }

    private static Function.Volatility volatility(String provolatile) {
        return switch (provolatile) {
            case "i" -> Function.Volatility.IMMUTABLE;
            case "s" -> Function.Volatility.STABLE;
            default -> Function.Volatility.VOLATILE;
        };
    }

    private static Map<String, String> settings(List<String> configuration) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String setting : configuration) {
            int equals = setting.indexOf('=');
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return settings;
    }

    static QualifiedName name(Readable row, String schema, String name) {
        return new QualifiedName(text(row, schema), text(row, name));
    }

    static long number(Readable row, String column) {
        return number(row, column, Long.class);
    }

    private static <T extends Number> T number(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }

    private static String text(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, String.class), column);
    }

    private static boolean flag(Readable row, String column) {
        return Boolean.TRUE.equals(row.get(column, Boolean.class));
    }

    private static List<String> texts(Readable row, String column) {
        String @Nullable [] values = row.get(column, String[].class);
        List<String> texts = new ArrayList<>();
        if (values != null) {
            for (String value : values) {
                texts.add(value == null ? "" : value);
            }
        }
        return texts;
    }
}
