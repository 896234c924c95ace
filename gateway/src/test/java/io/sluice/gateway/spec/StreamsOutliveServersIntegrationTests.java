package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.LeavingClient;
import io.sluice.gateway.testing.Shop;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingState.NodeReport;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.EmbeddedCluster;
import io.sluice.routing.topology.NodeState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamsOutliveServersIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ROWS = 60_000;
    private static final int READ_BEFORE = 5_000;

    private static EmbeddedCluster cluster;
    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().replicas(2).start();
        Shop.create(cluster.primary(), ROWS);
        // More than what sockets hold, so that nothing is over before a server is.
        cluster.primary().execute("ALTER TABLE orders ADD COLUMN pad text DEFAULT repeat('x', 300)");
        cluster.awaitReplicas(LIMIT);
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

    @BeforeEach
    void everyServerIsUp() {
        eventually(LIMIT, () -> assertThat(
                        gateway.bean(RoutingConnectionFactory.class).state().nodes())
                .allMatch(node -> node.state().usable()));
        // One that was killed comes up before it has replayed all that it had replayed then.
        cluster.awaitReplicas(LIMIT);
    }

    @Test
    void aKilledReplicaIsNotNoticedWhereTheOrderIsAKey() throws Exception {
        Stream stream = open("/rest/v1/orders?select=id,pad&order=id", "application/x-ndjson");
        stream.read(READ_BEFORE);
        ClusterNode victim = stream.server();
        victim.kill();
        stream.readToTheEnd();
        victim.start();

        assertThat(stream.lines).hasSize(ROWS);
        for (int i = 0; i < ROWS; i++) {
            assertThat(stream.lines.get(i)).startsWith("{\"id\":" + (i + 1) + ",");
        }
    }

    @Test
    void severalColumnsAndALimitAreGoneOnWithInCsvToo() throws Exception {
        int limit = 50_000;
        String path = "/rest/v1/orders?select=item,pad&order=customer_id.desc,id&offset=10&limit=" + limit;
        Stream stream = open(path, "text/csv");
        stream.read(READ_BEFORE);
        ClusterNode victim = stream.server();
        victim.kill();
        stream.readToTheEnd();
        victim.start();

        List<String> expected = new ArrayList<>(List.of("item,pad"));
        cluster.primary()
                .query("SELECT item || ',' || pad FROM orders ORDER BY customer_id DESC, id OFFSET 10 LIMIT " + limit)
                .forEach(row -> expected.add(String.valueOf(row.get(0))));
        assertThat(stream.lines).isEqualTo(expected);
    }

    @Test
    void theRestIsNotOlderThanWhatWasSent() throws Exception {
        ClusterNode behind = cluster.replicas().get(0);
        ClusterNode level = cluster.replicas().get(1);
        behind.pauseReplay();
        cluster.primary().execute("UPDATE orders SET pad = repeat('y', 300)");
        eventually(LIMIT, () -> assertThat(state(level).lag()).isZero());
        eventually(LIMIT, () -> assertThat(state(behind).lag()).isGreaterThan(Duration.ofSeconds(2)));

        Stream stream = open("/rest/v1/orders?select=id,pad&order=id", "application/x-ndjson");
        stream.read(READ_BEFORE);
        assertThat(stream.server()).isEqualTo(level);
        level.kill();
        stream.readToTheEnd();
        behind.resumeReplay();
        level.start();

        assertThat(stream.lines).hasSize(ROWS).allMatch(line -> line.contains("yyy"));
    }

    private static NodeState state(ClusterNode node) {
        String name = node.address().name();
        return gateway.bean(RoutingConnectionFactory.class).state().nodes().stream()
                .map(NodeReport::state)
                .filter(state -> state.node().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aConflictWithReplayIsNotNoticedEither() throws Exception {
        cluster.replicas().forEach(replica -> replica.execute("ALTER SYSTEM SET max_standby_streaming_delay = '10ms'"));
        cluster.replicas().forEach(replica -> replica.execute("SELECT pg_reload_conf()"));
        Stream stream = open("/rest/v1/orders?select=id,pad&order=id", "application/x-ndjson");
        stream.read(READ_BEFORE);
        ClusterNode server = stream.server();
        cluster.primary().execute("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; COMMIT");
        eventually(LIMIT, () -> assertThat(server.query("SELECT 1 FROM pg_stat_database_conflicts"
                        + " WHERE confl_lock > 0 AND datname = current_database()"))
                .hasSize(1));
        stream.readToTheEnd();

        assertThat(stream.lines).hasSize(ROWS);
        assertThat(stream.lines.get(ROWS - 1)).startsWith("{\"id\":" + ROWS + ",");
    }

    @Test
    void anAnswerInAnyOtherOrderSaysThatItBrokeOff() {
        breaksOff(
                "/rest/v1/orders?select=id,pad&order=customer_id",
                head -> List.of(cluster.replicas().stream()
                        .filter(replica -> head.contains(replica.address().name()))
                        .findFirst()
                        .orElseThrow()));
    }

    @Test
    void anAnswerThatNoServerCanGoOnWithSaysSoToo() {
        breaksOff("/rest/v1/orders?select=id,pad&order=id", head -> {
            List<ClusterNode> all = new ArrayList<>(cluster.replicas());
            all.add(cluster.primary());
            return all;
        });
    }

    /** Read from the socket: Java's client drops what it has not handed out when the connection breaks. */
    private static void breaksOff(String path, Function<String, List<ClusterNode>> victims) {
        try (LeavingClient client = LeavingClient.get(gateway.port(), path, "application/x-ndjson", 256 * 1024)) {
            String head = client.read(32 * 1024);
            List<ClusterNode> killed = victims.apply(head);
            killed.forEach(ClusterNode::kill);
            StringBuilder rest = new StringBuilder();
            for (String piece = client.read(64 * 1024); !piece.isEmpty(); piece = client.read(64 * 1024)) {
                rest.append(piece);
            }
            killed.forEach(ClusterNode::start);

            assertThat(rest.substring(rest.lastIndexOf("{"))).contains("\"code\":", "\"message\":");
            assertThat(rest).contains("\n{\"error\":{\"code\":").doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void eventsAreGoneOnWithBehindTheLastOneThatAClientGot() throws Exception {
        String path = "/rest/v1/orders?select=id&order=status,id.desc";
        Stream begun = open(path, "text/event-stream");
        begun.read(3 * READ_BEFORE);
        List<String> first = begun.lines;
        assertThat(first.get(0)).startsWith("id:");
        assertThat(first.get(1)).isEqualTo("data:{\"id\":" + ROWS + "}");
        begun.reader.close();
        String id = first.get(3 * (READ_BEFORE - 1)).substring("id:".length());

        Stream rest = open(path, "text/event-stream", "Last-Event-ID", id);
        rest.readToTheEnd();
        assertThat(rest.lines.get(1)).isEqualTo("data:{\"id\":" + (ROWS - READ_BEFORE) + "}");
        assertThat(rest.lines.get(rest.lines.size() - 2)).isEqualTo("data:{\"rows\":" + (ROWS - READ_BEFORE) + "}");
        assertThat(rest.lines.get(rest.lines.size() - 3)).isEqualTo("event:end");
        assertThat(open("/rest/v1/orders?select=id&limit=3", "text/event-stream")
                        .reader
                        .readLine())
                .as("no id where the order is no key")
                .startsWith("data:");
    }

    private static Stream open(String path, String accept, String... headers) {
        List<String> all = new ArrayList<>(List.of("Accept", accept));
        all.addAll(List.of(headers));
        var answer = http.open(path, all.toArray(String[]::new));
        assertThat(answer.statusCode()).isEqualTo(200);
        return new Stream(answer, new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
    }

    private record Stream(HttpResponse<?> answer, BufferedReader reader, List<String> lines) {

        Stream(HttpResponse<?> answer, BufferedReader reader) {
            this(answer, reader, new ArrayList<>());
        }

        void read(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                lines.add(reader.readLine());
            }
        }

        void readToTheEnd() throws IOException {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        }

        ClusterNode server() {
            String name = answer.headers().firstValue("Sluice-Node").orElseThrow();
            return cluster.replicas().stream()
                    .filter(replica -> replica.address().name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
