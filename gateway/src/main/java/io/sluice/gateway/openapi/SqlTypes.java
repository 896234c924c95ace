package io.sluice.gateway.openapi;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** PostgreSQL's types in the words of JSON Schema, as the gateway shows their values. */
final class SqlTypes {

    private record Form(@Nullable String type, @Nullable String format) {}

    private static final Form ANYTHING = new Form(null, null);
    private static final Form TEXT = new Form("string", null);
    private static final Map<String, Form> FORMS = Map.ofEntries(
            Map.entry("smallint", new Form("integer", "int32")),
            Map.entry("integer", new Form("integer", "int32")),
            Map.entry("bigint", new Form("integer", "int64")),
            Map.entry("oid", new Form("string", null)),
            Map.entry("numeric", new Form("number", null)),
            Map.entry("real", new Form("number", "float")),
            Map.entry("double precision", new Form("number", "double")),
            Map.entry("boolean", new Form("boolean", null)),
            Map.entry("text", TEXT),
            Map.entry("character varying", TEXT),
            Map.entry("character", TEXT),
            Map.entry("bpchar", TEXT),
            Map.entry("\"char\"", TEXT),
            Map.entry("name", TEXT),
            Map.entry("uuid", new Form("string", "uuid")),
            Map.entry("date", new Form("string", "date")),
            Map.entry("timestamp with time zone", new Form("string", "date-time")),
            Map.entry("timestamp without time zone", TEXT),
            Map.entry("time with time zone", TEXT),
            Map.entry("time without time zone", TEXT),
            Map.entry("interval", TEXT),
            Map.entry("bytea", TEXT),
            Map.entry("money", TEXT),
            Map.entry("xml", TEXT),
            Map.entry("inet", TEXT),
            Map.entry("cidr", TEXT),
            Map.entry("macaddr", TEXT),
            Map.entry("tsvector", TEXT),
            Map.entry("tsquery", TEXT),
            Map.entry("bit", TEXT),
            Map.entry("bit varying", TEXT),
            Map.entry("json", ANYTHING),
            Map.entry("jsonb", ANYTHING));

    /** Base types of domains, for those that say more than the domain's name. */
    private static final Map<Long, String> BASES = Map.ofEntries(
            Map.entry(16L, "boolean"),
            Map.entry(20L, "bigint"),
            Map.entry(21L, "smallint"),
            Map.entry(23L, "integer"),
            Map.entry(25L, "text"),
            Map.entry(114L, "json"),
            Map.entry(700L, "real"),
            Map.entry(701L, "double precision"),
            Map.entry(1042L, "character"),
            Map.entry(1043L, "character varying"),
            Map.entry(1082L, "date"),
            Map.entry(1114L, "timestamp without time zone"),
            Map.entry(1184L, "timestamp with time zone"),
            Map.entry(1700L, "numeric"),
            Map.entry(2950L, "uuid"),
            Map.entry(3802L, "jsonb"));

    private static final Pattern LITERAL = Pattern.compile("'((?:[^']|'')*)'(?:::[\\w .\"()\\[\\]]+)?");
    private static final Pattern NUMBER = Pattern.compile("\\(?(-?\\d+(?:\\.\\d+)?)\\)?(?:::[\\w .\"()]+)?");
    private static final Pattern LENGTH = Pattern.compile("character varying\\((\\d+)\\)");

    private SqlTypes() {}

    /** The schema of a type's values, without null. */
    static ObjectNode schema(String type, long baseOid, List<String> labels) {
        ObjectNode schema = JsonMapper.shared().createObjectNode();
        if (type.endsWith("[]")) {
            schema.put("type", "array");
            schema.set("items", schema(type.substring(0, type.length() - 2), 0, List.of()));
            return schema;
        }
        Form form = FORMS.get(type);
        if (form == null) {
            form = FORMS.getOrDefault(BASES.getOrDefault(baseOid, ""), labels.isEmpty() ? ANYTHING : TEXT);
        }
        if (form.type() != null) {
            schema.put("type", form.type());
        }
        if (form.format() != null) {
            schema.put("format", form.format());
        }
        if (!labels.isEmpty()) {
            labels.forEach(schema.putArray("enum")::add);
        }
        return schema;
    }

    static void length(ObjectNode schema, String displayType) {
        Matcher length = LENGTH.matcher(displayType);
        if (length.matches()) {
            schema.put("maxLength", Integer.parseInt(length.group(1)));
        }
    }

    /** Lets null be a value, too. */
    static void nullable(ObjectNode schema) {
        String type = schema.path("type").asString("");
        if (!type.isEmpty()) {
            schema.putArray("type").add(type).add("null");
        }
        if (schema.has("enum")) {
            schema.withArray("enum").addNull();
        }
    }

    /** The default: as JSON where it is a constant, as SQL where it is computed. */
    static void constant(ObjectNode schema, String expression) {
        Matcher literal = LITERAL.matcher(expression);
        Matcher number = NUMBER.matcher(expression);
        String types = schema.path("type").toString();
        if (expression.equals("true") || expression.equals("false")) {
            schema.put("default", Boolean.parseBoolean(expression));
        } else if (number.matches() && (types.contains("integer") || types.contains("number"))) {
            schema.set("default", JsonMapper.shared().readTree(number.group(1)));
        } else if (literal.matches() && types.contains("string")) {
            schema.put("default", literal.group(1).replace("''", "'"));
        } else {
            schema.put("x-postgresql-default", expression);
        }
    }
}
