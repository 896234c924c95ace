package io.sluice.gateway.admin;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OperatorPortIntegrationTests {

    private static EmbeddedCluster cluster;
    private static GatewayUnderTest gateway;
    private static Http operator;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().replicas(1).start();
        gateway = GatewayUnderTest.start(
                cluster.primary().address(),
                cluster.replicas().stream().map(ClusterNode::address).toList());
        operator = new Http("http://127.0.0.1:" + gateway.managementPort());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        cluster.close();
    }

    @Test
    void theTopologyNamesEveryServerWithRoleLagAndPool() {
        eventually(() -> assertThat(operator.get("/actuator/topology").body())
                .contains("\"primary\":\"" + cluster.primary().address().name() + "\"")
                .contains("\"role\":\"REPLICA\"")
                .contains("\"lagBytes\":0")
                .contains("\"max\":16"));
    }

    @Test
    void aScrapeShowsEachPoolAndTheLagOfEachServer() {
        String replica = cluster.replicas().get(0).address().name();

        eventually(() -> assertThat(operator.get("/actuator/prometheus").body())
                .contains("sluice_node_up{node=\"" + replica + "\"} 1.0")
                .contains("sluice_pool_max{node=\"" + replica + "\"} 16.0")
                .contains("sluice_node_lag_bytes{node=\"" + replica + "\"} 0.0")
                .contains("routing_node_usable{node=\"" + replica + "\"} 1.0"));
    }

    @Test
    void readinessSpeaksForReadsAndTellsOfWrites() {
        eventually(() -> assertThat(operator.get("/actuator/health").body())
                .contains("\"reads\":true")
                .contains("\"writes\":true"));
        assertThat(operator.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
    }
}
