package io.sluice.routing.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How PostgreSQL's programs are started. They refuse to run as root; for root they run in a user namespace of their own
 * in which they are nobody, or under the name of another user where the kernel grants no such namespace (as in most
 * containers).
 */
final class Launcher {

    private static final int PROBE_SECONDS = 10;
    private static @Nullable Launcher detected;

    private final int uid;
    private final List<String> prefix;
    private final @Nullable String owner;

    private Launcher(int uid, List<String> prefix, @Nullable String owner) {
        this.uid = uid;
        this.prefix = prefix;
        this.owner = owner;
    }

    static synchronized Launcher ofThisUser() {
        if (detected == null) {
            detected = detect();
        }
        return detected;
    }

    private static Launcher detect() {
        if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")) {
            throw new EmbeddedClusterException("the embedded cluster runs on Linux and macOS only;"
                    + " on Windows use WSL, or point at servers that are running");
        }
        int uid = uidOfThisProcess();
        if (uid != 0) {
            return new Launcher(uid, List.of(), null);
        }
        if (output("unshare", "-U", "true") != null) {
            return new Launcher(uid, List.of("unshare", "-U"), null);
        }
        for (String user : List.of("postgres", "nobody")) {
            String userId = output("id", "-u", user);
            String groupId = output("id", "-g", user);
            if (userId != null && groupId != null) {
                List<String> prefix =
                        List.of("setpriv", "--reuid=" + userId, "--regid=" + groupId, "--clear-groups", "--");
                if (output(with(prefix, "true")) != null) {
                    return new Launcher(uid, prefix, userId + ":" + groupId);
                }
            }
        }
        throw new EmbeddedClusterException("PostgreSQL does not run as root, and neither 'unshare -U' nor 'setpriv'"
                + " (package util-linux) can start it as somebody else: run as an ordinary user");
    }

    private static int uidOfThisProcess() {
        try {
            Path probe = Files.createTempFile("sluice", ".probe");
            try {
                return (Integer) Files.getAttribute(probe, "unix:uid");
            } finally {
                Files.delete(probe);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to the temporary directory", e);
        }
    }

    /** What a program printed, or null where it is not there or failed. */
    private static @Nullable String output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            boolean ended = process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? text.trim() : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static String[] with(List<String> prefix, String... command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    int uid() {
        return uid;
    }

    boolean changesUser() {
        return owner != null;
    }

    /** A process builder whose process is the program itself: prefixes replace themselves by it. */
    ProcessBuilder command(String... command) {
        ProcessBuilder builder = new ProcessBuilder(with(prefix, command));
        // What the caller's environment says about PostgreSQL or its language is not meant for this server.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /** Gives a tree to the user under whom the server will run. */
    void own(Path tree) {
        if (owner != null && output("chown", "-R", owner, tree.toString()) == null) {
            throw new EmbeddedClusterException("cannot give " + tree + " to user " + owner);
        }
    }
}
