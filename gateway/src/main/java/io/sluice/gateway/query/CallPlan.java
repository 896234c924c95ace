package io.sluice.gateway.query;

import io.sluice.gateway.schema.Function;
import io.sluice.gateway.schema.Function.Parameter;
import java.util.List;
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
    }

    /** The whole body for the only parameter, which has no name. */
    public record Whole(Parameter parameter, String value) implements Arguments {}

    /** The name of the only column where a function yields values and not rows. */
    static final String VALUE = "sluice_value";

    /** Whether the function yields values and not rows. */
    public boolean isScalar() {
        return !function.returns().composite();
    }
}
