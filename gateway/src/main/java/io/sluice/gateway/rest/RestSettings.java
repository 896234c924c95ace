package io.sluice.gateway.rest;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What {@code /rest/v1} shows, and how.
 *
 * @param schemas schemas whose tables, views and functions are exposed; the first is the default
 * @param maxRows most rows in an answer to a read; all by default
 * @param aggregatesEnabled whether {@code select} may use aggregate functions
 * @param maxBody largest body of a write in bytes, 10 MiB by default; more goes through {@code /ingest/v1}
 */
@ConfigurationProperties("sluice.rest")
record RestSettings(
        @DefaultValue("public") List<String> schemas,
        @Nullable Long maxRows,
        @DefaultValue("false") boolean aggregatesEnabled,
        @DefaultValue("10MB") DataSize maxBody) {

    RestSettings {
        schemas = List.copyOf(schemas);
        if (schemas.isEmpty()) {
            throw new IllegalArgumentException("sluice.rest.schemas is empty, name at least one schema");
        }
        if (maxRows != null && maxRows < 0) {
            throw new IllegalArgumentException("sluice.rest.max-rows is " + maxRows + ", it cannot be negative");
        }
    }
}
