package io.sluice.routing.spi;

import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** Replicas are always ten seconds behind: whatever a test writes, it must read, wherever that may be. */
@PostgresTest(replicas = 2, ownCluster = true)
class DelayedReplicasTestKit extends RoutingTestKit {

    private static TestDatabase database;

    @BeforeAll
    void delay() {
        database.cluster().awaitReplicas(Duration.ofSeconds(30));
        database.cluster().replicas().forEach(replica -> replica.delayReplay(Duration.ofSeconds(10)));
    }

    @Override
    TestDatabase database() {
        return database;
    }

    @Override
    List<NodeAddress> nodes() {
        return database.nodes();
    }
}
