package io.sluice.routing.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server's processes: the postmaster and everything it has started. */
final class Postmaster {

    private static final Duration ORDERLY = Duration.ofSeconds(15);
    private static final Duration IMMEDIATE = Duration.ofSeconds(5);
    /** PostgreSQL notes its start in whole seconds, some time after the kernel made the process. */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(5);

    private static final int START_LINE = 2;
    private static final int SHARED_MEMORY_LINE = 6;
    private static final int STATUS_LINE = 7;
    private static final Pattern KEY_AND_ID = Pattern.compile("\\d+\\s+(\\d+)");

    private final ProcessHandle process;
    private final Path data;

    private Postmaster(ProcessHandle process, Path data) {
        this.process = process;
        this.data = data;
    }

    /** Starts the server of a data directory; it is not {@link #ready()} yet. */
    static Postmaster start(Launcher launcher, Binaries binaries, Path data, Path log) {
        found(data);
        launcher.own(data);
        try {
            Process process = launcher.command(binaries.program("postgres").toString(), "-D", data.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process.getOutputStream().close();
            return new Postmaster(process.toHandle(), data);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start PostgreSQL in " + data, e);
        }
    }

    /**
     * The server that runs on a data directory, whoever started it. A process is taken for it only if the directory's
     * lock file names it and it was started when the lock file says: ids of processes are used again. A lock file whose
     * process is somebody else is removed, because PostgreSQL would refuse to start for it.
     */
    static Optional<Postmaster> found(Path data) {
        List<String> lock = lockFile(data);
        if (lock.size() <= START_LINE) {
            return Optional.empty();
        }
        Optional<ProcessHandle> named =
                ProcessHandle.of(Long.parseLong(lock.get(0).trim()));
        Instant started =
                Instant.ofEpochSecond(Long.parseLong(lock.get(START_LINE).trim()));
        Optional<ProcessHandle> server =
                named.filter(Postmaster::lives).filter(candidate -> isServerStartedAt(candidate, started));
        if (named.isPresent() && server.isEmpty()) {
            deleteLockFile(data);
        }
        return server.map(handle -> new Postmaster(handle, data));
    }

    private static boolean isServerStartedAt(ProcessHandle candidate, Instant started) {
        boolean sameTime = candidate
                .info()
                .startInstant()
                .map(start -> Duration.between(start, started).abs().compareTo(START_TOLERANCE) <= 0)
                .orElse(false);
        return sameTime
                && candidate.info().command().map(c -> c.endsWith("postgres")).orElse(true);
    }

    private static List<String> lockFile(Path data) {
        try {
            return Files.readAllLines(data.resolve("postmaster.pid"), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteLockFile(Path data) {
        try {
            Files.deleteIfExists(data.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return lives(process);
    }

    /** Whether it accepts connections; as a replica, for reading. */
    boolean ready() {
        List<String> lock = lockFile(data);
        return lock.size() > STATUS_LINE
                && lock.get(0).trim().equals(Long.toString(process.pid()))
                && lock.get(STATUS_LINE).trim().equals("ready");
    }

    void reload() {
        signal("HUP", List.of(process));
    }

    /** Freezes all processes, the postmaster first so that it starts no more of them. */
    void hang() {
        signal("STOP", List.of(process));
        signal("STOP", children());
    }

    void resume() {
        signal("CONT", family());
    }

    /** Ends all processes at once. */
    void kill() {
        signal("STOP", List.of(process));
        List<ProcessHandle> family = family();
        family.forEach(ProcessHandle::destroyForcibly);
        family.forEach(member -> ended(member, IMMEDIATE));
        if (lives(process)) {
            throw new EmbeddedClusterException(
                    "PostgreSQL in " + data + " (process " + process.pid() + ") does not end, not even by SIGKILL");
        }
    }

    /** An orderly shutdown, a less orderly one where it takes longer than 15 s, and SIGKILL in the end. */
    void stop() {
        resume();
        signal("INT", List.of(process));
        if (!ended(process, ORDERLY)) {
            signal("QUIT", List.of(process));
            if (!ended(process, IMMEDIATE)) {
                kill();
            }
        }
    }

    /** Gives back what a killed server leaves in the kernel: 56 bytes of shared memory that nothing else frees. */
    static void releaseSharedMemory(Path data) {
        List<String> lock = lockFile(data);
        if (lock.size() > SHARED_MEMORY_LINE) {
            Matcher keyAndId = KEY_AND_ID.matcher(lock.get(SHARED_MEMORY_LINE).trim());
            if (keyAndId.matches()) {
                run(List.of("sh", "-c", "ipcrm -m \"$1\"", "sh", keyAndId.group(1)));
            }
        }
    }

    private List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    private List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process), process.descendants()).toList();
    }

    private static void signal(String name, List<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -s \"$@\"", "sh", name));
        processes.stream().map(handle -> Long.toString(handle.pid())).forEach(command::add);
        if (!processes.isEmpty()) {
            run(command);
        }
    }

    /** A process may have ended meanwhile, so that failing is no error here. */
    private static void run(List<String> command) {
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean ended(ProcessHandle process, Duration limit) {
        return Await.until(limit, () -> !lives(process));
    }

    /** A dead process that nobody has buried yet, as under a PID 1 that is no real init, does not count. */
    static boolean lives(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException notLinux) {
            return process.isAlive();
        }
    }
}
