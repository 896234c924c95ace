package io.sluice.routing.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server's files: how they come into being, as a new cluster or as a copy, and what they say. */
record DataDirectory(Path path) {

    private static final String OWN_SETTINGS = "sluice.conf";
    private static final int INITDB_SECONDS = 120;

    /** What another server's copy must not have, as for a backup: locks, and state of what runs there. */
    private static final Set<String> NOT_COPIED =
            Set.of("postmaster.pid", "postmaster.opts", "standby.signal", "backup_label", "tablespace_map");

    /** A replica refuses to start with less than the primary had when it last wrote these down: at its making, at first. */
    private static final Set<String> REPLICAS_MUST_NOT_HAVE_LESS = Set.of(
            "max_connections",
            "max_worker_processes",
            "max_wal_senders",
            "max_prepared_transactions",
            "max_locks_per_transaction");

    private static final Set<String> COPIED_EMPTY = Set.of(
            "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans");

    /**
     * Makes a new database cluster: UTF8, sorted by code point with PostgreSQL's own C.UTF-8 (no library of the machine
     * has a say in it), password login over TCP only.
     */
    void initialise(Launcher launcher, Binaries binaries, ClusterFiles.State superuser, Map<String, String> settings) {
        Trees.createPrivate(path);
        Path passwordFile = path.resolveSibling("password");
        try {
            writePrivate(passwordFile, superuser.password() + "\n");
            launcher.own(passwordFile);
            launcher.own(path);
            List<String> command = new ArrayList<>(List.of(
                    binaries.program("initdb").toString(),
                    "-D" + path,
                    "-U" + superuser.user(),
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--no-locale",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--no-instructions",
                    "--no-sync"));
            settings.forEach((name, value) -> {
                if (REPLICAS_MUST_NOT_HAVE_LESS.contains(name)) {
                    command.add("-c" + name + "=" + value);
                }
            });
            Process initdb = launcher.command(command.toArray(String[]::new))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!initdb.waitFor(INITDB_SECONDS, TimeUnit.SECONDS) || initdb.exitValue() != 0) {
                throw new EmbeddedClusterException("initdb failed in " + path + ":\n" + output);
            }
            Files.writeString(
                    path.resolve("postgresql.conf"),
                    "\ninclude_if_exists '" + OWN_SETTINGS + "'\n",
                    StandardOpenOption.APPEND);
            // PostgreSQL's own template also lets local users in by password; there is no socket to come by.
            Files.writeString(
                    path.resolve("pg_hba.conf"),
                    "host all all all scram-sha-256\nhost replication all all scram-sha-256\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a database cluster in " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedClusterException("interrupted while initdb ran in " + path, e);
        } finally {
            Trees.delete(passwordFile);
        }
    }

    /** Has the files of a new server written through to the disk, a matter of seconds, while the server starts to work. */
    void writeThroughInBackground(Launcher launcher, Binaries binaries) {
        try {
            launcher.command(binaries.program("initdb").toString(), "--sync-only", "-D" + path)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path + " through to the disk", e);
        }
    }

    /**
     * Copies a server's files. Of a running server's write-ahead log only the names matter: the copy streams it.
     *
     * @param running whether {@code source} is at work, between the start and the end of a backup
     */
    void copyFrom(DataDirectory source, boolean running) {
        Trees.copy(source.path, path, within -> {
            String name = within.toString();
            boolean log = running
                    && within.startsWith("pg_wal")
                    && within.getNameCount() == 2
                    && !name.endsWith("archive_status");
            return NOT_COPIED.contains(name) || COPIED_EMPTY.contains(name) || log;
        });
    }

    private static void writePrivate(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
    }

    boolean exists() {
        return Files.exists(path.resolve("PG_VERSION"));
    }

    /** The major version whose format the files have. */
    int majorVersion() {
        return Integer.parseInt(read("PG_VERSION").trim());
    }

    boolean isReplica() {
        return Files.exists(path.resolve("standby.signal"));
    }

    void makeReplica() {
        write("standby.signal", "");
    }

    void write(String file, String content) {
        try {
            Files.writeString(path.resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path.resolve(file), e);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(path.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path.resolve(file), e);
        }
    }

    /** Replaces the settings that are ours; the rest of postgresql.conf is the user's. */
    void writeSettings(Map<String, String> settings) {
        StringBuilder text =
                new StringBuilder("# Written at each start; change postgresql.conf or the builder instead.\n");
        settings.forEach((name, value) -> text.append(name)
                .append(" = '")
                .append(value.replace("\\", "\\\\").replace("'", "''"))
                .append("'\n"));
        write(OWN_SETTINGS, text.toString());
    }

    /** The major version of the programs themselves. */
    static int majorVersion(Binaries binaries) {
        try {
            Process process = new ProcessBuilder(binaries.program("postgres").toString(), "-V").start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher number = Pattern.compile("(\\d+)").matcher(text);
            if (!number.find()) {
                throw new EmbeddedClusterException("'postgres -V' says '" + text + "' in " + binaries.home());
            }
            return Integer.parseInt(number.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + binaries.program("postgres"), e);
        }
    }
}
