package io.sluice.routing.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.topology.NodeAddress;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClusterConsoleIntegrationTests {

    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().withRelays().replicas(1).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void tellsWhereTheNodesAreThenAnswersEachCommand() throws IOException {
        List<String> lines = serve("sql primary SELECT 40 + 2\n\n  sql replica-1 SELECT pg_is_in_recovery()\n");

        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).startsWith("node node-1 postgresql://");
        assertThat(NodeAddress.parse(lines.get(1).substring("node node-2 ".length())))
                .as("the URL can be used as it is")
                .isEqualTo(cluster.replicas().get(0).address());
        assertThat(lines.subList(2, 5)).containsExactly("ready", "ok node-1 [[42]]", "ok node-2 [[t]]");
    }

    @Test
    void aKilledNodeIsGoneUntilItIsStarted() throws IOException {
        assertThat(serve("kill replica-1\n").get(3)).isEqualTo("ok kill node-2");
        assertThat(cluster.replicas().get(0).isRunning()).isFalse();

        assertThat(serve("start node-2\n").get(3)).isEqualTo("ok start node-2");
        assertThat(cluster.replicas().get(0).isRunning()).isTrue();
    }

    @Test
    void whatCannotBeDoneIsAnErrorLineAndTheNextCommandIsTaken() throws IOException {
        List<String> lines =
                serve("explode primary\nkill node-9\nkill\nsql primary SELECT nothing\nsql primary SELECT 1\n");

        assertThat(lines.subList(3, 7)).allMatch(line -> line.startsWith("error "));
        assertThat(lines.get(4)).contains("there is no node 'node-9'");
        assertThat(lines.get(7)).isEqualTo("ok node-1 [[1]]");
    }

    private static List<String> serve(String commands) throws IOException {
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        new ClusterConsole(cluster)
                .serve(
                        new BufferedReader(new StringReader(commands)),
                        new PrintStream(answers, true, StandardCharsets.UTF_8));
        return answers.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
