package io.sluice.gateway.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan may use.
 *
 * @param schemas the exposed schemas; relations elsewhere cannot be embedded
 * @param maxRows most rows of any relation in an answer, all where null
 * @param aggregates whether aggregate functions may be used
 * @param plans whether PostgreSQL's plan may be asked for
 */
public record PlanLimits(List<String> schemas, @Nullable Long maxRows, boolean aggregates, boolean plans) {

    public PlanLimits {
        schemas = List.copyOf(schemas);
    }
}
