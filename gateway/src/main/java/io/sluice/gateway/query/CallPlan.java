package io.sluice.gateway.query;

import io.sluice.gateway.schema.Function;
import io.sluice.gateway.schema.Function.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function call, and the reading of what it returns.
 *
 * @param read the reading of the result; null where nothing comes back
 */
public record CallPlan(
        Function function, Arguments arguments, @Nullable ReadPlan read) {

    /** What a function is called with. */
    public sealed interface Arguments {}

    /** Values in PostgreSQL's text form, by parameter. */
    public record Texts(List<Argument> arguments) implements Arguments {
        public Texts {
            arguments = List.copyOf(arguments);
        }
    }

    /** One value in text form. */
    public record Argument(Parameter parameter, String value) {}

    /** A JSON object whose members are the arguments. */
    public record Json(String json, List<Parameter> parameters) implements Arguments {
        public Json {
            parameters = List.copyOf(parameters);
        }

        /** Whether there are several such objects, of which the first counts. */
        boolean isArray() {
            return json.stripLeading().startsWith("[");
        }
    }

    /** The whole body for the only parameter, which has no name. */
    public record Whole(Parameter parameter, String value) implements Arguments {}

    /** The name of the only column where a function yields values and not rows. */
    static final String VALUE = "sluice_value";

    /** The computed columns that the reading uses, by name. */
    Map<String, Function> computed() {
        Map<String, Function> used = new LinkedHashMap<>();
        ReadPlan plan = read;
        if (plan != null && plan.source().table() != null) {
            for (ReadPlan.Output output : plan.outputs()) {
                if (output instanceof ReadPlan.Named named) {
                    use(plan.source(), named.value().field(), used);
                }
            }
            plan.conditions().forEach(condition -> use(plan.source(), condition, used));
            for (ReadPlan.Ordering ordering : plan.order()) {
                if (ordering.child() == null) {
                    use(plan.source(), ordering.term().field(), used);
                }
            }
        }
        return used;
    }

    private static void use(Source source, Predicate condition, Map<String, Function> used) {
        if (condition instanceof Predicate.Test test) {
            use(source, test.filter().field(), used);
        } else if (condition instanceof Predicate.Group group) {
            group.predicates().forEach(inner -> use(source, inner, used));
        }
    }

    private static void use(Source source, Field field, Map<String, Function> used) {
        Function computed = source.computed().get(field.name());
        if (computed != null && source.known(field.name()) == null) {
            used.put(field.name(), computed);
        }
    }

    /** Whether the function yields values and not rows. */
    public boolean isScalar() {
        return !function.returns().composite();
    }
}
