package io.sluice.routing.embedded;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which JVM runs which cluster, so that what a killed JVM has left behind is found by the next one.
 *
 * <p>An entry names the JVM by its process id and start time; each server by its data directory, whose lock file names
 * its process in the same way ({@link Postmaster#found}). An id that was used again is never taken for the old process.
 */
final class Register {

    private static final Logger LOG = LoggerFactory.getLogger(Register.class);
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    private final Places places;

    Register(Places places) {
        this.places = places;
    }

    /** One cluster of this JVM. */
    record Entry(Path file) {

        void remove() {
            Trees.delete(file);
        }
    }

    /** Writes down that this JVM is about to run a cluster in {@code directory}. */
    Entry add(Path directory, boolean temporary) {
        ProcessHandle jvm = ProcessHandle.current();
        Properties entry = new Properties();
        entry.setProperty("jvm.pid", Long.toString(jvm.pid()));
        entry.setProperty("jvm.start", startOf(jvm).toString());
        entry.setProperty("directory", directory.toString());
        entry.setProperty("temporary", Boolean.toString(temporary));
        Path file = places.register().resolve(UUID.randomUUID() + ".properties");
        write(file, entry, "A cluster and the JVM that runs it");
        return new Entry(file);
    }

    static void write(Path file, Properties content, String comment) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (Writer writer = Files.newBufferedWriter(part)) {
                content.store(writer, comment);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    static Properties read(Path file) {
        Properties content = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            content.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        return content;
    }

    /** Stops the servers of JVMs that are gone and removes their temporary directories; one JVM at a time does so. */
    void sweep() {
        synchronized (Register.class) {
            try (FileChannel channel = FileChannel.open(
                            places.register().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock();
                    DirectoryStream<Path> entries = Files.newDirectoryStream(places.register(), "*.properties")) {
                LOG.trace("looking for servers left behind, with {}", lock);
                entries.forEach(this::sweep);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot look through " + places.register(), e);
            }
        }
    }

    private void sweep(Path file) {
        Properties entry;
        try {
            entry = read(file);
        } catch (UncheckedIOException removedMeanwhile) {
            return;
        }
        if (jvmRuns(entry)) {
            return;
        }
        Path directory = Path.of(entry.getProperty("directory"));
        boolean temporary = Boolean.parseBoolean(entry.getProperty("temporary"));
        for (Path data : dataDirectories(directory)) {
            Postmaster.found(data).ifPresent(server -> end(server, data, temporary));
            if (temporary) {
                Postmaster.releaseSharedMemory(data);
            }
        }
        // Only what was made as temporary is deleted, and only where those directories are.
        if (temporary && directory.startsWith(places.clusters())) {
            Trees.delete(directory);
        }
        Trees.delete(file);
    }

    private static void end(Postmaster server, Path data, boolean temporary) {
        LOG.info("stopping the PostgreSQL server that a killed JVM has left in {}", data);
        if (temporary) {
            server.kill();
        } else {
            server.stop();
        }
    }

    private static boolean jvmRuns(Properties entry) {
        Instant start = Instant.parse(entry.getProperty("jvm.start"));
        Optional<ProcessHandle> jvm = ProcessHandle.of(Long.parseLong(entry.getProperty("jvm.pid")));
        return jvm.map(handle -> Duration.between(startOf(handle), start).abs().compareTo(TOLERANCE) <= 0)
                .orElse(false);
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    private static List<Path> dataDirectories(Path cluster) {
        if (!Files.isDirectory(cluster)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(cluster)) {
            return children.map(node -> node.resolve("data"))
                    .filter(Files::isDirectory)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
