package io.sluice.loadtests.chaos;

import io.sluice.loadtests.deployment.NotReadyException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Java program of the run's own; it does not outlive the run. */
final class ChildProcess {

    private static final int STOP_SECONDS = 30;

    private final Process process;

    private ChildProcess(Process process) {
        this.process = process;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-child"));
    }

    /**
     * @param log takes what it prints, but the standard output when {@code talks}
     * @param talks whether the standard output is read by the caller
     */
    static ChildProcess start(List<String> arguments, Map<String, String> environment, Path log, boolean talks) {
        List<String> command = new java.util.ArrayList<>(List.of(java()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        if (!talks) {
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        }
        try {
            return new ChildProcess(builder.start());
        } catch (IOException e) {
            throw new NotReadyException("cannot start " + String.join(" ", command) + ": " + e.getMessage());
        }
    }

    Process process() {
        return process;
    }

    boolean alive() {
        return process.isAlive();
    }

    void kill() {
        process.destroyForcibly();
        await();
    }

    void stop() {
        process.destroy();
        await();
    }

    private void await() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
