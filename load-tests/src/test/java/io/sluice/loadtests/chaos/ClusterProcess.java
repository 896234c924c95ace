package io.sluice.loadtests.chaos;

import io.sluice.loadtests.deployment.NotReadyException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A primary with two replicas in a process of their own, behind the console that the gateway's jar contains. */
public final class ClusterProcess implements AutoCloseable {

    private final ChildProcess child;
    private final BufferedReader answers;
    private final PrintStream commands;
    private final List<String> urls = new ArrayList<>();

    public ClusterProcess(Path jar, Path log) {
        child = ChildProcess.start(
                List.of(
                        "-Dloader.main=io.sluice.routing.embedded.ClusterConsole",
                        "-cp",
                        jar.toString(),
                        "org.springframework.boot.loader.launch.PropertiesLauncher",
                        "--replicas=2",
                        "--database=chaos"),
                Map.of(),
                log,
                true);
        answers = new BufferedReader(new InputStreamReader(child.process().getInputStream(), StandardCharsets.UTF_8));
        commands = new PrintStream(child.process().getOutputStream(), true, StandardCharsets.UTF_8);
        for (String line = answer(); !line.equals("ready"); line = answer()) {
            if (line.startsWith("node ")) {
                urls.add(line.split(" ", 3)[2]);
            }
        }
    }

    /** Of the nodes in their order, the first primary's first. */
    public List<String> urls() {
        return urls;
    }

    /** Does what the command says and waits until it is done; the answer begins with {@code ok} or {@code error}. */
    synchronized String command(String line) {
        commands.println(line);
        return answer();
    }

    /** The end of its input ends the console and the cluster. */
    @Override
    public void close() {
        commands.close();
        child.stop();
    }

    private String answer() {
        try {
            @Nullable String line = answers.readLine();
            if (line != null) {
                return line;
            }
        } catch (IOException e) {
            throw new NotReadyException("the cluster's console cannot be read: " + e.getMessage());
        }
        throw new NotReadyException("the cluster's console has ended; its log is under target/chaos");
    }
}
