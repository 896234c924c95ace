package io.sluice.gateway.schema;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A function that can be called over HTTP or used as a computed column or relationship.
 *
 * @param parameters the input parameters in order; {@code OUT} and {@code TABLE} columns are part of {@code returns}
 * @param estimatedRows what {@code ROWS} says about a set-returning function; 1 promises at most one row
 * @param settings the function's own {@code SET} clauses
 */
public record Function(
        QualifiedName name,
        List<Parameter> parameters,
        Returns returns,
        Volatility volatility,
        double estimatedRows,
        Map<String, String> settings,
        @Nullable String description) {

    private static final Set<String> WHOLE = Set.of("bytea", "json", "jsonb", "text", "xml");

    /** What PostgreSQL was told about side effects. */
    public enum Volatility {
        IMMUTABLE,
        STABLE,
        VOLATILE
    }

    /**
     * One input parameter.
     *
     * @param name empty for an unnamed one
     * @param type as SQL; for a variadic parameter the array type
     */
    public record Parameter(String name, long typeOid, String type, boolean required, boolean variadic) {}

    /**
     * What a call yields.
     *
     * @param type the type below all domains
     * @param composite whether a row has columns: a row type, or {@code OUT}/{@code TABLE} parameters
     * @param alias whether the declared type is a domain over {@code type}
     * @param columns names and type oids of {@code OUT}/{@code TABLE} parameters; empty otherwise
     */
    public record Returns(
            QualifiedName type,
            long typeOid,
            boolean set,
            boolean composite,
            boolean alias,
            Map<String, Long> columns) {

        public Returns {
            columns = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(columns));
        }

        public boolean isVoid() {
            return type.schema().equals("pg_catalog") && type.name().equals("void");
        }
    }

    public Function {
        parameters = List.copyOf(parameters);
        settings = Map.copyOf(settings);
    }

    /** Whether {@code ROWS 1} declares that the set has one row at most. */
    boolean returnsAtMostOneRow() {
        return estimatedRows == 1;
    }

    /** Whether arguments can be given by name, or a body as the only one. */
    public boolean isCallable() {
        long nameless = parameters.stream()
                .filter(parameter -> parameter.name().isEmpty())
                .count();
        return nameless == 0
                || (parameters.size() == 1 && WHOLE.contains(parameters.get(0).type()));
    }

    public boolean isVariadic() {
        return !parameters.isEmpty() && parameters.get(parameters.size() - 1).variadic();
    }

    public @Nullable Parameter parameter(String parameterName) {
        for (Parameter parameter : parameters) {
            if (parameter.name().equals(parameterName)) {
                return parameter;
            }
        }
        return null;
    }
}
