package io.sluice.routing.embedded;

import io.sluice.routing.topology.NodeAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as a program of its own, told by lines on its standard input what to do to which node: so a script or a test in
 * another process can make real faults. Prints a {@code node <name> <url>} line for each node, then {@code ready}; answers
 * each command with a line that begins with {@code ok} or {@code error}. The cluster ends with the input.
 */
public final class ClusterConsole {

    private static final String USAGE =
            "commands: <fault> <node>, where fault is one of kill, hang, resume, stop, start,"
                    + " restart, promote, rejoin, pause-replay, resume-replay, delay-replay <milliseconds>, cut, reset, restore,"
                    + " sql <statement>, and node is node-1 and so on, or primary, replica-1, replica-2";

    private final PostgresCluster cluster;

    ClusterConsole(PostgresCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Starts a cluster with relays on free ports in a temporary directory.
     *
     * @param args {@code --replicas=2}, {@code --database=demo}, and any setting of PostgreSQL as {@code name=value}
     */
    public static void main(String[] args) throws IOException {
        EmbeddedClusterBuilder builder = EmbeddedCluster.builder().withRelays().replicas(2);
        for (String arg : args) {
            configure(builder, arg);
        }
        try (EmbeddedCluster cluster = builder.start()) {
            new ClusterConsole(cluster)
                    .serve(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), System.out);
        }
    }

    private static void configure(EmbeddedClusterBuilder builder, String arg) {
        String[] pair = arg.split("=", 2);
        if (pair.length != 2) {
            throw new IllegalArgumentException(
                    "'" + arg + "' is neither --replicas=n, --database=name nor a setting as name=value");
        }
        switch (pair[0]) {
            case "--replicas" -> builder.replicas(Integer.parseInt(pair[1]));
            case "--database" -> builder.database(pair[1]);
            default -> builder.setting(pair[0], pair[1]);
        }
    }

    void serve(BufferedReader commands, PrintStream answers) throws IOException {
        for (ClusterNode node : cluster.nodes()) {
            answers.println("node " + node.name() + " " + url(node.address()));
        }
        answers.println("ready");
        answers.flush();
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            if (!line.isBlank()) {
                answers.println(answer(line.trim()));
                answers.flush();
            }
        }
    }

    String answer(String line) {
        try {
            return "ok " + execute(line.split("\\s+", 3));
        } catch (RuntimeException e) {
            return "error " + line + ": " + String.valueOf(e.getMessage()).replace('\n', ' ');
        }
    }

    private String execute(String[] words) {
        if (words.length < 2) {
            throw new IllegalArgumentException(USAGE);
        }
        ClusterNode node = node(words[1]);
        @Nullable String argument = words.length == 3 ? words[2] : null;
        switch (words[0]) {
            case "kill" -> node.kill();
            case "hang" -> node.hang();
            case "resume" -> node.resume();
            case "stop" -> node.stop();
            case "start" -> node.start();
            case "restart" -> node.restart();
            case "promote" -> node.promote();
            case "rejoin" -> node.rejoin();
            case "pause-replay" -> node.pauseReplay();
            case "resume-replay" -> node.resumeReplay();
            case "delay-replay" -> node.delayReplay(Duration.ofMillis(Long.parseLong(required(argument))));
            case "cut" -> node.cutNetwork();
            case "reset" -> node.resetNetwork();
            case "restore" -> node.restoreNetwork();
            case "sql" -> {
                return node.name() + " " + node.query(required(argument));
            }
            default -> throw new IllegalArgumentException(USAGE);
        }
        return words[0] + " " + node.name();
    }

    private ClusterNode node(String name) {
        List<ClusterNode> replicas = cluster.replicas();
        if (name.equals("primary")) {
            return cluster.primary();
        }
        if (name.matches("replica-[1-9]") && name.charAt(8) - '0' <= replicas.size()) {
            return replicas.get(name.charAt(8) - '1');
        }
        return cluster.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no node '" + name + "'; " + USAGE));
    }

    private static String required(@Nullable String argument) {
        if (argument == null) {
            throw new IllegalArgumentException(USAGE);
        }
        return argument;
    }

    private static String url(NodeAddress address) {
        return "postgresql://" + encoded(address.user()) + ":" + encoded(address.password()) + "@" + address.host()
                + ":" + address.port() + "/" + encoded(address.database());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
