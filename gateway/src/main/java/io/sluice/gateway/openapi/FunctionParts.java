package io.sluice.gateway.openapi;

import io.sluice.gateway.schema.Function;
import io.sluice.gateway.schema.Function.Parameter;
import io.sluice.gateway.schema.Function.Volatility;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A function with its overloads. */
final class FunctionParts {

    private FunctionParts() {}

    static ObjectNode path(String name, List<Function> overloads, ObjectNode schemas) {
        ObjectNode path = JsonMapper.shared().createObjectNode();
        Function first = overloads.get(0);
        if (overloads.stream().anyMatch(function -> function.volatility() != Volatility.VOLATILE)) {
            ObjectNode get = operation(path.putObject("get"), name, "read", first);
            ArrayNode parameters = get.putArray("parameters");
            first.parameters().stream()
                    .filter(parameter -> !parameter.name().isEmpty())
                    .forEach(parameter -> argument(parameters, parameter));
            result(get, first, schemas);
        }
        ObjectNode post = operation(path.putObject("post"), name, "call", first);
        ObjectNode content = post.putObject("requestBody").putObject("content");
        ObjectNode body = content.putObject("application/json").putObject("schema");
        if (overloads.size() == 1) {
            body(body, first);
        } else {
            ArrayNode either = body.putArray("anyOf");
            overloads.forEach(function -> body(either.addObject(), function));
        }
        result(post, first, schemas);
        return path;
    }

    /** A comment's first line is the summary, the rest of it the description. */
    private static ObjectNode operation(ObjectNode operation, String name, String id, Function function) {
        operation.putArray("tags").add("(rpc) " + name);
        operation.put("operationId", id + "_" + name);
        String comment = function.description();
        if (comment == null) {
            return operation;
        }
        int end = comment.indexOf('\n');
        operation.put("summary", end < 0 ? comment : comment.substring(0, end));
        if (end >= 0 && !comment.substring(end).isBlank()) {
            operation.put("description", comment.substring(end).strip());
        }
        return operation;
    }

    private static void argument(ArrayNode parameters, Parameter parameter) {
        ObjectNode node = parameters
                .addObject()
                .put("name", parameter.name())
                .put("in", "query")
                .put("required", parameter.required() && !parameter.variadic());
        ObjectNode schema = node.putObject("schema");
        if (parameter.variadic()) {
            node.put("style", "form").put("explode", true);
            schema.put("type", "array").putObject("items").put("type", "string");
        } else if (parameter.type().endsWith("[]")) {
            schema.put("type", "string").put("description", "As PostgreSQL writes arrays: `{1,2}`.");
        } else {
            schema.setAll(SqlTypes.schema(parameter.type(), parameter.typeOid(), List.of()));
        }
        schema.put("x-postgresql-type", parameter.type());
    }

    private static void body(ObjectNode schema, Function function) {
        schema.put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JsonMapper.shared().createArrayNode();
        for (Parameter parameter : function.parameters()) {
            if (parameter.name().isEmpty()) {
                // The whole body is the argument.
                schema.removeAll();
                schema.setAll(SqlTypes.schema(parameter.type(), parameter.typeOid(), List.of()));
                return;
            }
            ObjectNode property = SqlTypes.schema(parameter.type(), parameter.typeOid(), List.of());
            properties.set(parameter.name(), property.put("x-postgresql-type", parameter.type()));
            if (parameter.required()) {
                required.add(parameter.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
    }

    private static void result(ObjectNode operation, Function function, ObjectNode schemas) {
        Function.Returns returns = function.returns();
        if (returns.isVoid()) {
            CommonParts.responses(operation, "204", "Done.");
            return;
        }
        ObjectNode result = CommonParts.responses(operation, "200", "What it returns.")
                .putObject("content")
                .putObject("application/json")
                .putObject("schema");
        if (returns.set()) {
            result.put("type", "array");
        }
        String key = CommonParts.key(returns.type().name());
        boolean known = returns.type().schema().equals(function.name().schema()) && schemas.has(key);
        ObjectNode one = returns.set() ? result.putObject("items") : result;
        if (known) {
            one.put("$ref", "#/components/schemas/" + key);
        } else if (returns.composite()) {
            one.put("type", "object");
        } else {
            one.setAll(SqlTypes.schema(returns.type().name(), returns.typeOid(), List.of()));
        }
    }
}
