package io.sluice.routing.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The directory of a cluster: one directory per node, what must be known at the next start, and a lock. */
final class ClusterFiles implements AutoCloseable {

    private static final String STATE = "cluster.properties";

    private final Path directory;
    private final FileChannel channel;
    private final FileLock lock;

    private ClusterFiles(Path directory, FileChannel channel, FileLock lock) {
        this.directory = directory;
        this.channel = channel;
        this.lock = lock;
    }

    /** What is kept between two starts. The password is that of the superuser, readable by the owner only. */
    record State(int nodes, int primary, String user, String password) {}

    /** @throws EmbeddedClusterException where the directory is in use, or holds something else */
    static ClusterFiles open(Path directory) {
        try {
            Files.createDirectories(directory);
            Path lockFile = directory.resolve("lock");
            if (!Files.exists(directory.resolve(STATE)) && hasStrangers(directory)) {
                throw new EmbeddedClusterException(
                        directory + " is neither empty nor the directory of an embedded cluster: name another one");
            }
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new EmbeddedClusterException(
                        "a cluster is running in " + directory + ": stop it, or name another directory");
            }
            return new ClusterFiles(directory, channel, lock);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + directory, e);
        }
    }

    /** Nodes that stand there without a state are a start that never came to its end; anything else is not ours. */
    private static boolean hasStrangers(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.map(child -> child.getFileName().toString())
                    .anyMatch(name -> !name.equals("lock") && !name.matches("node-\\d+|" + STATE + "\\.part"));
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisJvm) {
            return null;
        }
    }

    Path directory() {
        return directory;
    }

    Path node(int number) {
        return directory.resolve("node-" + number);
    }

    @Nullable
    State read() {
        if (!Files.exists(directory.resolve(STATE))) {
            return null;
        }
        Properties stored = Register.read(directory.resolve(STATE));
        return new State(
                Integer.parseInt(stored.getProperty("nodes")),
                Integer.parseInt(stored.getProperty("primary")),
                stored.getProperty("user"),
                stored.getProperty("password"));
    }

    void write(State state) {
        Properties stored = new Properties();
        stored.setProperty("nodes", Integer.toString(state.nodes()));
        stored.setProperty("primary", Integer.toString(state.primary()));
        stored.setProperty("user", state.user());
        stored.setProperty("password", state.password());
        Path file = directory.resolve(STATE);
        Register.write(file, stored, "An embedded PostgreSQL cluster");
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release the lock of " + directory, e);
        }
    }
}
