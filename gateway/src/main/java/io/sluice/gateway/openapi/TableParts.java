package io.sluice.gateway.openapi;

import io.sluice.gateway.openapi.Privileges.Rights;
import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.Relationship;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A table or view: the schema of its rows, and what can be done with it. */
final class TableParts {

    private final Table table;
    private final List<Relationship> relationships;
    private final Rights rights;

    TableParts(Table table, List<Relationship> relationships, Rights rights) {
        this.table = table;
        this.relationships = relationships;
        this.rights = rights;
    }

    private String name() {
        return table.name().name();
    }

    ObjectNode schema() {
        ObjectNode schema = JsonMapper.shared().createObjectNode().put("type", "object");
        describe(schema, table.description());
        List<String> required = new ArrayList<>();
        ObjectNode properties = schema.putObject("properties");
        for (Column column : table.columns().values()) {
            properties.set(column.name(), property(column));
            if (!column.nullable() && !column.hasDefault()) {
                required.add(column.name());
            }
        }
        if (!required.isEmpty()) {
            required.forEach(schema.putArray("required")::add);
        }
        return schema;
    }

    private ObjectNode property(Column column) {
        ObjectNode schema = SqlTypes.schema(column.type(), column.baseTypeOid(), column.enumLabels());
        SqlTypes.length(schema, column.displayType());
        if (column.defaultExpression() != null) {
            SqlTypes.constant(schema, column.defaultExpression());
        }
        if (column.nullable()) {
            SqlTypes.nullable(schema);
        }
        schema.put("x-postgresql-type", column.displayType());
        if (column.generation() == Column.Generation.EXPRESSION
                || column.generation() == Column.Generation.IDENTITY_ALWAYS) {
            schema.put("readOnly", true);
        }
        describe(schema, description(column));
        return schema;
    }

    /** The comment, and the notes on keys by which PostgREST's clients find their way. */
    private @Nullable String description(Column column) {
        List<String> notes = new ArrayList<>();
        if (column.description() != null) {
            notes.add(column.description() + "\n");
        }
        boolean noted = false;
        if (table.primaryKey().contains(column.name())) {
            notes.add("Note:");
            notes.add("This is a Primary Key.<pk/>");
            noted = true;
        }
        Relationship.Key reference = reference(column.name());
        if (reference != null) {
            if (!noted) {
                notes.add("Note:");
            }
            String foreign = reference.foreign().name();
            String foreignColumn = reference.pairs().get(0).foreignColumn();
            notes.add("This is a Foreign Key to `" + foreign + "." + foreignColumn + "`.<fk table='" + foreign
                    + "' column='" + foreignColumn + "'/>");
        }
        return notes.isEmpty() ? null : String.join("\n", notes).strip();
    }

    private Relationship.@Nullable Key reference(String column) {
        for (Relationship relationship : relationships) {
            if (relationship instanceof Relationship.Key key
                    && key.referencing()
                    && key.pairs().size() == 1
                    && key.pairs().get(0).column().equals(column)) {
                return key;
            }
        }
        return null;
    }

    ObjectNode path() {
        ObjectNode path = JsonMapper.shared().createObjectNode();
        if (rights.select()) {
            read(path.putObject("get"));
        }
        Table.Writes writes = table.writes();
        if (rights.insert() && writes.insert()) {
            insert(path.putObject("post"));
        }
        if (rights.insert()
                && rights.update()
                && writes.insert()
                && writes.update()
                && !table.primaryKey().isEmpty()) {
            put(path.putObject("put"));
        }
        if (rights.update() && writes.update()) {
            change(path.putObject("patch"), "Change rows of", true);
        }
        if (rights.delete() && writes.delete()) {
            change(path.putObject("delete"), "Delete rows of", false);
        }
        return path;
    }

    private void read(ObjectNode operation) {
        head(operation, "Read", "read");
        ArrayNode parameters = operation.putArray("parameters");
        CommonParts.refer(parameters, "select");
        filters(parameters);
        CommonParts.READ.forEach(id -> CommonParts.refer(parameters, id));
        ObjectNode content =
                CommonParts.responses(operation, "200", "The rows.").putObject("content");
        rows(content.putObject("application/json"));
        content.putObject("text/csv").putObject("schema").put("type", "string");
        reference(content.putObject("application/vnd.pgrst.object+json"));
        reference(content.putObject("application/x-ndjson"));
        operation.withObject("/responses").putObject("206").put("description", "A part of the rows.");
    }

    private void insert(ObjectNode operation) {
        head(operation, "Add rows to", "insert");
        ArrayNode parameters = operation.putArray("parameters");
        List.of("columns", "on_conflict", "select", "preferWrite").forEach(id -> CommonParts.refer(parameters, id));
        ObjectNode content = body(operation);
        ArrayNode either =
                content.putObject("application/json").putObject("schema").putArray("oneOf");
        either.addObject().put("$ref", ref());
        either.addObject().put("type", "array").putObject("items").put("$ref", ref());
        content.putObject("text/csv").putObject("schema").put("type", "string");
        CommonParts.responses(operation, "201", "They are there.");
    }

    private void put(ObjectNode operation) {
        head(operation, "Set one row of", "put");
        ArrayNode parameters = operation.putArray("parameters");
        for (String key : table.primaryKey()) {
            filter(parameters, key, "`eq.` and the key, as in the body.").put("required", true);
        }
        CommonParts.refer(parameters, "preferWrite");
        reference(body(operation).putObject("application/json"));
        CommonParts.responses(operation, "204", "It is there.");
    }

    private void change(ObjectNode operation, String what, boolean body) {
        head(operation, what, body ? "update" : "delete");
        ArrayNode parameters = operation.putArray("parameters");
        filters(parameters);
        List.of("select", "preferWrite").forEach(id -> CommonParts.refer(parameters, id));
        if (body) {
            reference(body(operation).putObject("application/json"));
        }
        CommonParts.responses(operation, "204", "Done.");
    }

    private void head(ObjectNode operation, String what, String id) {
        operation.putArray("tags").add(name());
        operation.put("operationId", id + "_" + name()).put("summary", what + " " + name());
        describe(operation, table.description());
    }

    private void filters(ArrayNode parameters) {
        for (Column column : table.columns().values()) {
            filter(
                    parameters,
                    column.name(),
                    "A filter: `eq.1`, `in.(1,2)`, `not.is.null` (" + column.displayType() + ").");
        }
    }

    private static ObjectNode filter(ArrayNode parameters, String column, String description) {
        ObjectNode parameter =
                parameters.addObject().put("name", column).put("in", "query").put("description", description);
        parameter.putObject("schema").put("type", "string");
        return parameter;
    }

    private static ObjectNode body(ObjectNode operation) {
        return operation.putObject("requestBody").put("required", true).putObject("content");
    }

    private void rows(ObjectNode content) {
        content.putObject("schema").put("type", "array").putObject("items").put("$ref", ref());
    }

    private void reference(ObjectNode content) {
        content.putObject("schema").put("$ref", ref());
    }

    private String ref() {
        return "#/components/schemas/" + CommonParts.key(name());
    }

    private static void describe(ObjectNode node, @Nullable String description) {
        if (description != null) {
            node.put("description", description);
        }
    }
}
