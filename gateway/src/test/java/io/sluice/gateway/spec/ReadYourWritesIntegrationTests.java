package io.sluice.gateway.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.Shop;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.EmbeddedCluster;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReadYourWritesIntegrationTests {

    private static final String TOKEN = "Sluice-Consistency-Token";
    private static final String NODE = "Sluice-Node";

    private static EmbeddedCluster cluster;
    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().replicas(2).start();
        Shop.create(cluster.primary(), 1_000);
        cluster.awaitReplicas(Duration.ofSeconds(30));
        gateway = GatewayUnderTest.start(
                cluster.primary().address(),
                cluster.replicas().stream().map(ClusterNode::address).toList());
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        cluster.close();
    }

    @AfterEach
    void resumeReplay() {
        cluster.replicas().forEach(ClusterNode::resumeReplay);
    }

    @Test
    void aReadWithTheTokenOfAWriteSeesItAndAReadWithoutOneStaysOnAReplica() {
        cluster.replicas().forEach(ClusterNode::pauseReplay);

        HttpResponse<String> written = http.post("/rest/v1/customers", customer("paused"));
        HttpResponse<String> fresh =
                http.get("/rest/v1/customers?email=eq.paused@example.com", TOKEN, tokenOf(written));
        HttpResponse<String> old = http.get("/rest/v1/customers?email=eq.paused@example.com");

        assertThat(written.statusCode()).isEqualTo(201);
        assertThat(fresh.body()).contains("paused@example.com");
        assertThat(nodeOf(fresh)).isEqualTo(cluster.primary().address().name());
        assertThat(old.body()).isEqualTo("[]");
        assertThat(replicaNames()).contains(nodeOf(old));
    }

    @Test
    void aReplicaThatHasReplayedFarEnoughAnswersAReadWithAToken() {
        HttpResponse<String> written = http.post("/rest/v1/customers", customer("replayed"));
        cluster.awaitReplicas(Duration.ofSeconds(30));

        HttpResponse<String> fresh =
                http.get("/rest/v1/customers?email=eq.replayed@example.com", TOKEN, tokenOf(written));

        assertThat(fresh.body()).contains("replayed@example.com");
        assertThat(replicaNames()).contains(nodeOf(fresh));
    }

    @Test
    void somethingElseInPlaceOfATokenIsRefusedByName() {
        HttpResponse<String> answer = http.get("/rest/v1/customers?limit=1", TOKEN, "yesterday");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"SLUICE101\"").contains("yesterday");
    }

    private static String customer(String name) {
        return "{\"name\":\"%s\",\"email\":\"%s@example.com\"}".formatted(name, name);
    }

    private static String tokenOf(HttpResponse<?> answer) {
        return answer.headers().firstValue(TOKEN).orElseThrow();
    }

    private static String nodeOf(HttpResponse<?> answer) {
        return answer.headers().firstValue(NODE).orElseThrow();
    }

    private static List<String> replicaNames() {
        return cluster.replicas().stream()
                .map(replica -> replica.address().name())
                .toList();
    }
}
