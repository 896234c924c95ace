package io.sluice.routing.spi;

import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.topology.NodeAddress;
import java.util.List;

@PostgresTest(replicas = 0)
class SingleNodeTestKit extends RoutingTestKit {

    private static TestDatabase database;

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    List<NodeAddress> nodes() {
        return List.of(database.primary());
    }
}
