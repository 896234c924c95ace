package io.sluice.gateway.openapi;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What every operation refers to: parameters that do not depend on a table, the error, the token. */
final class CommonParts {

    static final List<String> READ = List.of("order", "limit", "offset", "range", "preferRead");

    private CommonParts() {}

    static void write(ObjectNode components, boolean tokens) {
        ObjectNode parameters = components.putObject("parameters");
        query(
                parameters,
                "select",
                "Columns, comma by comma: `id,name`, `alias:column`, `column::type`, related tables"
                        + " `customers(name)`, `...customers(name)`.");
        query(parameters, "order", "`column.desc.nullslast,other.asc`");
        number(parameters, "limit", "At most so many rows.");
        number(parameters, "offset", "Leave out so many rows first.");
        query(parameters, "columns", "The columns of the body that count; the others are ignored.");
        query(parameters, "on_conflict", "The unique columns by which rows are recognised that are there already.");
        header(parameters, "range", "Range", "Rows `0-9`.");
        header(parameters, "preferRead", "Prefer", "`count=exact|planned|estimated`, `timezone=...`");
        header(
                parameters,
                "preferWrite",
                "Prefer",
                "`return=minimal|headers-only|representation`, `resolution=merge-duplicates|ignore-duplicates`,"
                        + " `missing=default`, `count=exact`, `max-affected=n` with `handling=strict`");
        error(components.withObject("/schemas"));
        if (tokens) {
            components
                    .putObject("securitySchemes")
                    .putObject("token")
                    .put("type", "http")
                    .put("scheme", "bearer")
                    .put("bearerFormat", "JWT");
        }
    }

    /** A name as a key of {@code components}, which takes only some characters. */
    static String key(String name) {
        StringBuilder key = new StringBuilder();
        name.chars().forEach(c -> {
            boolean plain =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (plain) {
                key.append((char) c);
            } else {
                key.append('.').append(Integer.toHexString(c)).append('.');
            }
        });
        return key.toString();
    }

    private static void query(ObjectNode parameters, String name, String description) {
        parameter(parameters, name, name, "query", description).put("type", "string");
    }

    private static void number(ObjectNode parameters, String name, String description) {
        parameter(parameters, name, name, "query", description)
                .put("type", "integer")
                .put("minimum", 0);
    }

    private static void header(ObjectNode parameters, String id, String name, String description) {
        parameter(parameters, id, name, "header", description).put("type", "string");
    }

    private static ObjectNode parameter(ObjectNode parameters, String id, String name, String in, String description) {
        return parameters
                .putObject(id)
                .put("name", name)
                .put("in", in)
                .put("description", description)
                .putObject("schema");
    }

    private static void error(ObjectNode schemas) {
        ObjectNode error = schemas.putObject(".error").put("type", "object");
        error.put("description", "What was wrong: PostgreSQL's SQLSTATE, or a code of the gateway.");
        ObjectNode properties = error.putObject("properties");
        properties.putObject("code").put("type", "string");
        properties.putObject("message").put("type", "string");
        properties.putObject("details");
        properties.putObject("hint").putArray("type").add("string").add("null");
    }

    static void refer(ArrayNode parameters, String id) {
        parameters.addObject().put("$ref", "#/components/parameters/" + id);
    }

    /** An operation's answer and its error. */
    static ObjectNode responses(ObjectNode operation, String status, String description) {
        ObjectNode responses = operation.putObject("responses");
        ObjectNode good = responses.putObject(status).put("description", description);
        responses
                .putObject("default")
                .put("description", "Refused, or failed.")
                .putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/.error");
        return good;
    }
}
