package io.sluice.gateway.rest;

import io.sluice.gateway.security.JwtSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What {@code /rest/v1} shows, and how.
 *
 * @param schemas schemas whose tables, views and functions are exposed; the first is the default
 * @param publicPath the path before a table's name as clients see it, which a proxy may have changed
 * @param extraSearchPath schemas behind the exposed one in a transaction's {@code search_path}
 * @param maxRows most rows in an answer to a read; all by default
 * @param maxBody largest body of a write, 10 MiB by default; more goes through {@code /ingest/v1}
 * @param maxQuery largest body of a {@code QUERY}, 1 MiB by default
 * @param coalesce most concurrent reads by key that share a statement, 128 by default; 1 for none
 * @param maxRequests most requests in a list that runs in one transaction, 100 by default
 * @param adviseAfter how many reads one by one are noticed, 20 by default; 0 for never
 * @param aggregatesEnabled whether {@code select} may use aggregate functions
 * @param planEnabled whether {@code Accept: application/vnd.pgrst.plan} is answered
 * @param openapiMode whether the root describes the API, and whether only what the caller may use
 * @param anonRole the role of requests without a token
 * @param preRequest a function to call in each transaction before the request's statement, as {@code schema.name}
 * @param txEnd whether a client may choose how its transaction ends
 * @param parameters configuration parameters to set in each transaction
 * @param corsAllowedOrigins origins whose pages may use the API, all by default
 * @param jwt how tokens are verified
 */
@ConfigurationProperties("sluice.rest")
record RestSettings(
        @DefaultValue("public") List<String> schemas,
        @DefaultValue("/rest/v1") String publicPath,
        @DefaultValue("public") List<String> extraSearchPath,
        @Nullable Long maxRows,
        @DefaultValue("10MB") DataSize maxBody,
        @DefaultValue("1MB") DataSize maxQuery,
        @DefaultValue("128") int coalesce,
        @DefaultValue("100") int maxRequests,
        @DefaultValue("20") int adviseAfter,
        @DefaultValue("false") boolean aggregatesEnabled,
        @DefaultValue("false") boolean planEnabled,
        @DefaultValue("follow-privileges") OpenapiMode openapiMode,
        @Nullable String anonRole,
        @Nullable String preRequest,
        @DefaultValue("commit") TxEnd txEnd,
        @DefaultValue Map<String, String> parameters,
        @DefaultValue("*") List<String> corsAllowedOrigins,
        @Nullable JwtSettings jwt) {

    /** What the root shows. */
    enum OpenapiMode {
        /** What the caller's role may use. */
        FOLLOW_PRIVILEGES,
        /** Everything in the exposed schemas. */
        IGNORE_PRIVILEGES,
        /** Nothing. */
        DISABLED
    }

    /** How a transaction ends. */
    enum TxEnd {
        /** It is committed. */
        COMMIT(false, false),
        /** It is committed unless the request says {@code Prefer: tx=rollback}. */
        COMMIT_ALLOW_OVERRIDE(false, true),
        /** It is rolled back. */
        ROLLBACK(true, false),
        /** It is rolled back unless the request says {@code Prefer: tx=commit}. */
        ROLLBACK_ALLOW_OVERRIDE(true, true);

        final boolean rollback;
        final boolean override;

        TxEnd(boolean rollback, boolean override) {
            this.rollback = rollback;
            this.override = override;
        }
    }

    RestSettings {
        schemas = List.copyOf(schemas);
        extraSearchPath = List.copyOf(extraSearchPath);
        corsAllowedOrigins = List.copyOf(corsAllowedOrigins);
        parameters = Map.copyOf(parameters);
        if (schemas.isEmpty()) {
            throw new IllegalArgumentException("sluice.rest.schemas is empty, name at least one schema");
        }
        if (maxRows != null && maxRows < 0) {
            throw new IllegalArgumentException("sluice.rest.max-rows is " + maxRows + ", it cannot be negative");
        }
    }

    JwtSettings tokens() {
        return jwt == null ? JwtSettings.NONE : jwt;
    }
}
