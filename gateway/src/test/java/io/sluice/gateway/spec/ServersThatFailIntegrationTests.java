package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.Shop;
import io.sluice.gateway.testing.Traffic;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.EmbeddedCluster;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServersThatFailIntegrationTests {

    private static final int CLIENTS = 8;

    private final AtomicInteger next = new AtomicInteger();
    private EmbeddedCluster cluster;
    private GatewayUnderTest gateway;
    private Http http;

    @BeforeEach
    void start() {
        cluster = EmbeddedCluster.builder().replicas(2).start();
        Shop.create(cluster.primary(), 10_000);
        cluster.awaitReplicas(Duration.ofSeconds(30));
        gateway = GatewayUnderTest.start(
                cluster.primary().address(),
                cluster.replicas().stream().map(ClusterNode::address).toList(),
                "--sluice.pool.acquire-timeout=1s");
        http = new Http(gateway.url());
    }

    @AfterEach
    void stop() {
        gateway.close();
        cluster.close();
    }

    @Test
    void aKilledReplicaCostsNotOneReadAndComesBackIntoRotationByItself() {
        ClusterNode victim = cluster.replicas().get(0);
        String name = victim.address().name();
        try (Traffic reads = Traffic.start(CLIENTS, this::readOneOrder)) {
            eventually(() -> assertThat(reads.answersOf(name)).isPositive());

            victim.kill();
            reads.awaitAnswers(500);
            int answersUntilKilled = reads.answersOf(name);
            victim.start();
            eventually(() -> assertThat(reads.answersOf(name)).isGreaterThan(answersUntilKilled));

            assertThat(reads.failures()).isEmpty();
        }
    }

    @Test
    void withoutAPrimaryWritesAreRefusedForNowAndReadsGoOnUntilItIsBack() {
        try (Traffic reads = Traffic.start(CLIENTS, this::readOneOrder)) {
            reads.awaitAnswers(100);

            cluster.primary().kill();
            HttpResponse<String> refused = writeOneCustomer();
            reads.awaitAnswers(500);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body()).contains("\"code\":\"").contains("\"message\":\"");

            cluster.primary().start();
            eventually(() -> assertThat(writeOneCustomer().statusCode()).isEqualTo(201));
            reads.awaitAnswers(100);
            assertThat(reads.failures()).isEmpty();
        }
    }

    @Test
    void withoutAnyReplicaThePrimaryAnswersReads() {
        cluster.replicas().forEach(ClusterNode::stop);

        eventually(() -> {
            HttpResponse<String> answer = readOneOrder();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Sluice-Node"))
                    .contains(cluster.primary().address().name());
        });
    }

    private HttpResponse<String> readOneOrder() {
        int id = 1 + next.incrementAndGet() % 10_000;
        HttpResponse<String> answer = http.get("/rest/v1/orders?select=item&id=eq." + id);
        assertThat(answer.statusCode() != 200 || answer.body().equals("[{\"item\":\"item-" + id + "\"}]"))
                .as(answer.body())
                .isTrue();
        return answer;
    }

    private HttpResponse<String> writeOneCustomer() {
        int id = next.incrementAndGet();
        return http.post("/rest/v1/customers", "{\"name\":\"n\",\"email\":\"failing%d@example.com\"}".formatted(id));
    }
}
