package io.sluice.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.topology.NodeAddress;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** 250 tables with keys between them, and a view on each. */
@PostgresTest(replicas = 1)
class LargeSchemaIntegrationTests {

    private static final String TABLES = """
            DO $$ BEGIN
              FOR i IN 1..250 LOOP
                EXECUTE format('CREATE TABLE t%s (id bigint PRIMARY KEY, name text NOT NULL, amount numeric(12,2) DEFAULT 1,
                  made timestamptz DEFAULT now(), data jsonb, tags text[], parent bigint REFERENCES t%s, other int UNIQUE)',
                  i, greatest(i - 1, 1));
                EXECUTE format('CREATE VIEW v%s AS SELECT id, name, parent FROM t%s', i, i);
              END LOOP;
            END $$""";

    @Test
    void isReadWholeAndReportsItsTime(TestDatabase database) {
        database.execute(TABLES);
        SchemaCache cache = new SchemaCache(connections(database.primary()), Clock.systemUTC());
        Schema schema = java.util.Objects.requireNonNull(cache.schema().block(Duration.ofSeconds(60)));
        assertThat(schema.tableNames("public")).hasSize(500);
        assertThat(schema.relationships(new QualifiedName("public", "v7")))
                .as("over the view's foreign key, to tables and views, in both directions")
                .hasSizeGreaterThanOrEqualTo(4);
        SchemaCache.Status status = cache.status().orElseThrow();
        assertThat(status.tables()).isEqualTo(500);
        assertThat(status.took()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(60));
        assertThat(cache.reloadFromNow().block(Duration.ofSeconds(60))).isEqualTo(schema);
        System.out.println(
                "250 tables and 250 views are read in " + status.took().toMillis() + " ms, again in "
                        + cache.status().orElseThrow().took().toMillis() + " ms");
    }

    private static ConnectionFactory connections(NodeAddress node) {
        return ConnectionFactories.get(ConnectionFactoryOptions.builder()
                .option(ConnectionFactoryOptions.DRIVER, "postgresql")
                .option(ConnectionFactoryOptions.HOST, node.host())
                .option(ConnectionFactoryOptions.PORT, node.port())
                .option(ConnectionFactoryOptions.DATABASE, node.database())
                .option(ConnectionFactoryOptions.USER, node.user())
                .option(ConnectionFactoryOptions.PASSWORD, node.password())
                .build());
    }
}
