package io.sluice.gateway.query;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.query.CallPlan.Argument;
import io.sluice.gateway.schema.Function;
import io.sluice.gateway.schema.Function.Parameter;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Finds the overload that arguments fit, and plans the call and the reading of its result. */
public final class CallPlanner {

    private final Schema schema;
    private final PlanLimits limits;
    private final QualifiedName name;

    /** A planner for calls of {@code name}. */
    public CallPlanner(Schema schema, PlanLimits limits, QualifiedName name) {
        this.schema = schema;
        this.limits = limits;
        this.name = name;
    }

    /** The kind of body that a function with one nameless parameter can take whole. */
    public enum Whole {
        NONE(""),
        JSON("json/jsonb"),
        TEXT("text"),
        XML("xml"),
        BYTES("bytea");

        private final String types;

        Whole(String types) {
            this.types = types;
        }

        boolean fits(Function function) {
            if (this == NONE || function.parameters().size() != 1) {
                return false;
            }
            Parameter only = function.parameters().get(0);
            return only.name().isEmpty() && List.of(types.split("/")).contains(only.type());
        }
    }

    /** {@code GET}: arguments from the query string. */
    public CallPlan call(ApiQuery query) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        query.arguments().forEach(argument -> values.computeIfAbsent(argument.name(), key -> new ArrayList<>())
                .add(argument.value()));
        return callWith(query, values, Whole.NONE);
    }

    /** {@code POST} of a form. */
    public CallPlan callForm(ApiQuery query, String form) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        QueryString.parse(form).forEach(field -> values.computeIfAbsent(field.name(), key -> new ArrayList<>())
                .add(field.value() == null ? "" : field.value()));
        return callWith(query, values, Whole.NONE);
    }

    private CallPlan callWith(ApiQuery query, Map<String, List<String>> values, Whole whole) {
        Function function = find(values.keySet(), whole);
        List<Argument> arguments = new ArrayList<>();
        values.forEach((key, given) -> arguments.add(argument(parameter(function, key), given)));
        return plan(query, function, new CallPlan.Texts(arguments));
    }

    private static Parameter parameter(Function function, String key) {
        Parameter parameter = function.parameter(key);
        if (parameter == null) {
            throw new IllegalStateException("The function was chosen by its parameters");
        }
        return parameter;
    }

    private static Argument argument(Parameter parameter, List<String> values) {
        String value = parameter.variadic() ? FilterSql.arrayLiteral(values) : values.get(values.size() - 1);
        return new Argument(parameter, value);
    }

    /**
     * {@code POST} of anything else.
     *
     * @param keys the members of a JSON body; empty for other bodies
     */
    public CallPlan call(ApiQuery query, String body, Collection<String> keys, Whole whole) {
        Function function = find(keys, whole);
        if (whole.fits(function) && function.parameter("") != null && keysAreNoParameters(function, keys)) {
            return plan(
                    query, function, new CallPlan.Whole(function.parameters().get(0), body));
        }
        List<Parameter> parameters = function.parameters().stream()
                .filter(parameter -> keys.contains(parameter.name()))
                .toList();
        return plan(query, function, new CallPlan.Json(body, parameters));
    }

    private static boolean keysAreNoParameters(Function function, Collection<String> keys) {
        return keys.stream().allMatch(key -> function.parameter(key) == null);
    }

    private CallPlan plan(ApiQuery query, Function function, CallPlan.Arguments arguments) {
        if (function.returns().isVoid()) {
            return new CallPlan(function, arguments, null);
        }
        return new CallPlan(function, arguments, read(query, function));
    }

    private ReadPlan read(ApiQuery query, Function function) {
        Function.Returns returns = function.returns();
        if (!returns.composite()) {
            SelectItem value = new SelectItem.Value(null, Field.of(CallPlan.VALUE), null, null, null);
            ApiQuery plain =
                    new ApiQuery(List.of(value), List.of(), List.of(), query.pages(), null, null, null, List.of());
            Source source =
                    new Source(null, function.name(), Map.of(CallPlan.VALUE, returns.typeOid()), null, Map.of());
            return ReadPlanner.plan(plain, source, schema, limits);
        }
        return ReadPlanner.plan(query, source(function), schema, limits);
    }

    private Source source(Function function) {
        Table table = schema.table(function.returns().type());
        if (table != null) {
            return Source.returned(table, schema.computedColumns(table));
        }
        Map<String, Long> columns = function.returns().columns();
        return new Source(null, function.name(), columns.isEmpty() ? null : columns, null, Map.of());
    }

    private Function find(Collection<String> keys, Whole whole) {
        List<Function> named = new ArrayList<>();
        List<Function> wholes = new ArrayList<>();
        for (Function function : schema.functions(name)) {
            if (takes(function, keys, whole)) {
                named.add(function);
            } else if (whole.fits(function)) {
                wholes.add(function);
            }
        }
        List<Function> found = named.isEmpty() ? wholes : named;
        if (found.isEmpty()) {
            throw unknown(new TreeSet<>(keys), whole);
        }
        if (found.size() > 1) {
            throw ambiguous(found);
        }
        return found.get(0);
    }

    private static boolean takes(Function function, Collection<String> keys, Whole whole) {
        if (function.parameters().isEmpty()) {
            return keys.isEmpty() && (whole == Whole.NONE || whole == Whole.JSON);
        }
        Set<String> required = new HashSet<>();
        Set<String> known = new HashSet<>();
        for (Parameter parameter : function.parameters()) {
            known.add(parameter.name());
            if (parameter.required()) {
                required.add(parameter.name());
            }
        }
        return known.containsAll(keys) && new LinkedHashSet<>(keys).containsAll(required);
    }

    private static ApiException ambiguous(List<Function> found) {
        List<String> signatures = found.stream().map(CallPlanner::signature).toList();
        return new ApiException(
                HttpStatus.MULTIPLE_CHOICES,
                "PGRST203",
                "Could not choose the best candidate function between: " + String.join(", ", signatures),
                null,
                "Try renaming the parameters or the function itself in the database so function overloading can be"
                        + " resolved");
    }

    private static String signature(Function function) {
        List<String> parameters = function.parameters().stream()
                .map(parameter -> parameter.name() + " => " + parameter.type())
                .toList();
        return function.name() + "(" + String.join(", ", parameters) + ")";
    }

    private ApiException unknown(Set<String> keys, Whole whole) {
        boolean onlyWhole = whole == Whole.TEXT || whole == Whole.XML || whole == Whole.BYTES;
        String list = String.join(", ", keys);
        String called = onlyWhole ? "" : keys.isEmpty() ? " without parameters" : "(" + list + ")";
        String searched =
                keys.isEmpty() ? " without parameters" : " with parameter" + (keys.size() > 1 ? "s " : " ") + list;
        if (onlyWhole) {
            searched = " with a single unnamed " + whole.types + " parameter";
        } else if (whole == Whole.JSON) {
            searched += " or with a single unnamed json/jsonb parameter";
        }
        return new ApiException(
                HttpStatus.NOT_FOUND,
                "PGRST202",
                "Could not find the function " + name + called + " in the schema cache",
                "Searched for the function " + name + searched + ", but no matches were found in the schema cache.",
                onlyWhole ? null : hint(keys));
    }

    private @Nullable String hint(Set<String> keys) {
        List<Function> overloads = schema.functions(name);
        if (overloads.isEmpty()) {
            String nearest = NearestName.of(name.name(), schema.functionNames(name.schema()), NearestName.CLOSE);
            return nearest == null ? null : "Perhaps you meant to call the function " + name.schema() + "." + nearest;
        }
        List<String> lists = overloads.stream().map(CallPlanner::sortedNames).toList();
        String nearest = NearestName.of("(" + String.join(", ", keys) + ")", lists, NearestName.LOOSE);
        return nearest == null ? null : "Perhaps you meant to call the function " + name + nearest;
    }

    private static String sortedNames(Function function) {
        List<String> names =
                function.parameters().stream().map(Parameter::name).sorted().toList();
        return "(" + String.join(", ", names) + ")";
    }
}
