package io.sluice.gateway.admin;

import io.sluice.gateway.schema.SchemaCache;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** {@code /actuator/schema}: what is known of the database's schema; {@code POST} reads it anew. */
@Component
@Endpoint(id = "schema")
class SchemaEndpoint {

    private final SchemaCache schemas;

    SchemaEndpoint(SchemaCache schemas) {
        this.schemas = schemas;
    }

    @ReadOperation
    Map<String, Object> schema() {
        return schemas.status()
                .map(status -> Map.<String, Object>of(
                        "loadedAt", status.loadedAt().toString(),
                        "tookMillis", status.took().toMillis(),
                        "tables", status.tables(),
                        "functions", status.functions()))
                .orElseGet(Map::of);
    }

    @WriteOperation
    Mono<Map<String, Object>> reload() {
        return schemas.reloadFromNow().map(schema -> schema());
    }
}
