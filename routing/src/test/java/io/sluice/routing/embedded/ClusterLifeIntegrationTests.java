package io.sluice.routing.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How clusters begin and end: directories, ports, users, JVMs that are killed. */
class ClusterLifeIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void dataRolesPortsAndPasswordSurviveARestart() {
        int port = Ports.free();
        Path data = directory.resolve("cluster");
        String password;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                .directory(data)
                .database("shop")
                .ports(port)
                .replicas(1)
                .start()) {
            assertThat(cluster.primary().address().port()).isEqualTo(port);
            cluster.primary().execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)");
            assertThat(cluster.primary().query("SHOW fsync")).containsExactly(List.of("on"));
            cluster.awaitReplicas(LIMIT);
            password = cluster.primary().address().password();
            cluster.replicas().get(0).promote();
            cluster.primary().execute("INSERT INTO kept VALUES (43)");
        }
        assertThatThrownBy(() -> EmbeddedCluster.builder()
                        .directory(data)
                        .password("another")
                        .start())
                .hasMessageContaining("another password");
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                .directory(data)
                .database("shop")
                .ports(port)
                .replicas(1)
                .start()) {
            assertThat(cluster.primary().name()).isEqualTo("node-2");
            assertThat(cluster.primary().address().password()).isEqualTo(password);
            assertThat(cluster.nodes().get(0).address().port()).isEqualTo(port);
            cluster.awaitReplicas(LIMIT);
            for (ClusterNode node : cluster.nodes()) {
                assertThat(node.query("SELECT n FROM kept ORDER BY n")).containsExactly(List.of("42"), List.of("43"));
            }
            assertThat(cluster.replicas().get(0).query("SELECT pg_is_in_recovery()"))
                    .as("the former primary must not come back as one")
                    .containsExactly(List.of("t"));
            assertThatThrownBy(() -> EmbeddedCluster.builder().directory(data).start())
                    .isInstanceOf(EmbeddedClusterException.class)
                    .hasMessageContaining("a cluster is running in " + data);
        }
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                .directory(data)
                .database("shop")
                .replicas(2)
                .start()) {
            cluster.awaitReplicas(LIMIT);
            assertThat(cluster.replicas()).hasSize(2);
            assertThat(cluster.nodes().get(2).query("SELECT count(*) FROM kept"))
                    .containsExactly(List.of("2"));
        }
    }

    @Test
    void aTemporaryClusterLeavesNothingBehind() {
        Path data;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(0).start()) {
            data = dataDirectory(cluster.primary());
            assertThat(data).exists();
            assertThat(cluster.replicas()).isEmpty();
            assertThat(cluster.primary().query("SHOW fsync")).containsExactly(List.of("off"));
        }
        assertThat(data).doesNotExist();
        assertThat(data.getParent().getParent()).doesNotExist();
    }

    private static Path dataDirectory(ClusterNode node) {
        return Path.of(String.valueOf(
                node.query("SELECT current_setting('data_directory')").get(0).get(0)));
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedCluster.builder()
                            .replicas(0)
                            .ports(taken.getLocalPort())
                            .start())
                    .isInstanceOf(EmbeddedClusterException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " is taken");
            assertThatThrownBy(() -> EmbeddedCluster.builder()
                            .replicas(0)
                            .withRelays()
                            .ports(taken.getLocalPort())
                            .start())
                    .isInstanceOf(EmbeddedClusterException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " is taken");
        }
    }

    @Test
    void dataOfAnotherMajorVersionIsRefused() throws IOException {
        Path data = directory.resolve("cluster");
        try (EmbeddedCluster cluster =
                EmbeddedCluster.builder().directory(data).replicas(0).start()) {
            assertThat(cluster.primary().isRunning()).isTrue();
        }
        Files.writeString(data.resolve("node-1/data/PG_VERSION"), "12\n");
        assertThatThrownBy(() ->
                        EmbeddedCluster.builder().directory(data).replicas(0).start())
                .isInstanceOf(EmbeddedClusterException.class)
                .hasMessageContaining("written by PostgreSQL 12")
                .hasMessageContaining("version 18");
    }

    @Test
    void aDirectoryWithSomethingElseIsLeftAlone() throws IOException {
        Files.writeString(directory.resolve("thesis.txt"), "years of work");
        assertThatThrownBy(() -> EmbeddedCluster.builder().directory(directory).start())
                .isInstanceOf(EmbeddedClusterException.class)
                .hasMessageContaining("neither empty nor the directory of an embedded cluster");
        assertThat(directory.resolve("thesis.txt")).hasContent("years of work");
    }

    @Test
    void aSettingThatPostgresRefusesIsShownWithItsReason() {
        assertThatThrownBy(() -> EmbeddedCluster.builder()
                        .replicas(0)
                        .setting("work_mem", "plenty")
                        .start())
                .isInstanceOf(EmbeddedClusterException.class)
                .hasMessageContaining("invalid value for parameter \"work_mem\"");
    }

    @Test
    void serversOfAKilledJvmAreStoppedAtTheNextStart() throws Exception {
        Process program = start(
                List.of(), System.getProperty("java.class.path"), Path.of("").toAbsolutePath());
        List<Path> data = nodesOf(program);
        assertThat(data).hasSize(2).allMatch(node -> Postmaster.found(node).isPresent());
        List<ProcessHandle> servers = servers(data);

        program.destroyForcibly().waitFor();
        assertThat(servers).as("they outlive their JVM").allMatch(Postmaster::lives);
        new Register(Places.ofThisUser(Launcher.ofThisUser())).sweep();

        assertThat(servers).noneMatch(Postmaster::lives);
        assertThat(data).noneMatch(Files::exists);
    }

    @Test
    void serversStopWithTheJvm() throws Exception {
        Process program = start(
                List.of(), System.getProperty("java.class.path"), Path.of("").toAbsolutePath());
        List<Path> data = nodesOf(program);
        List<ProcessHandle> servers = servers(data);
        program.getOutputStream().close();
        assertThat(program.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(servers).noneMatch(Postmaster::lives);
        assertThat(data).noneMatch(Files::exists);
    }

    /** The JVM's shutdown hook is one of those that may come second. */
    @Test
    void whoClosesAClusterThatIsBeingClosedWaitsForItsEnd() {
        EmbeddedCluster cluster = EmbeddedCluster.builder().replicas(1).start();
        List<ProcessHandle> servers = servers(cluster.nodes().stream()
                .map(ClusterLifeIntegrationTests::dataDirectory)
                .toList());
        assertThat(servers).hasSizeGreaterThan(2).anyMatch(Postmaster::lives);

        List<CompletableFuture<Boolean>> closed = Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
                    cluster.close();
                    return servers.stream().noneMatch(Postmaster::lives);
                }))
                .limit(2)
                .toList();

        assertThat(closed)
                .allSatisfy(stopped -> assertThat(stopped).succeedsWithin(LIMIT).isEqualTo(true));
    }

    @Test
    void aLockFileThatNamesSomebodyElsesProcessIsNoServer() throws IOException {
        long stranger = ProcessHandle.current().pid();
        Files.writeString(directory.resolve("postmaster.pid"), stranger + "\n" + directory + "\n1600000000\n5432\n");
        assertThat(Postmaster.found(directory)).isEmpty();
        assertThat(directory.resolve("postmaster.pid")).doesNotExist();
    }

    @Test
    void anOrdinaryUserCanDoTheSame() throws Exception {
        Assumptions.assumeTrue(
                Launcher.ofThisUser().uid() == 0,
                "SKIPPED: only root can become somebody else; as an ordinary user all other tests are this one");
        Path home = Files.createTempDirectory(
                Path.of(System.getProperty("java.io.tmpdir")),
                "sluice-nobody",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try {
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
            Process program = start(
                    List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"), readableCopy(home), home);
            List<Path> data = nodesOf(program);
            assertThat(data).hasSize(2);
            assertThat(Files.getAttribute(data.get(0), "unix:uid")).isEqualTo(65534);
            List<ProcessHandle> servers = servers(data);
            program.getOutputStream().close();
            assertThat(program.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(servers).noneMatch(Postmaster::lives);
            assertThat(data).noneMatch(Files::exists);
        } finally {
            Trees.delete(home);
        }
    }

    private static Process start(List<String> prefix, String classPath, Path home) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1"));
        if (!prefix.isEmpty()) {
            command.addAll(List.of("-Djava.io.tmpdir=" + home, "-Duser.home=" + home));
        }
        command.addAll(List.of("-cp", classPath, ClusterProgram.class.getName()));
        return new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<Path> nodesOf(Process program) throws IOException {
        List<Path> nodes = new ArrayList<>();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals("ready")) {
                return nodes;
            }
            if (line.startsWith("node=")) {
                nodes.add(Path.of(line.substring("node=".length())));
            }
        }
        throw new AssertionError("the program ended early");
    }

    private static List<ProcessHandle> servers(List<Path> data) {
        return data.stream()
                .map(ClusterLifeIntegrationTests::pid)
                .map(ProcessHandle::of)
                .flatMap(Optional::stream)
                .flatMap(server -> Stream.concat(Stream.of(server), server.descendants()))
                .toList();
    }

    private static long pid(Path data) {
        try {
            return Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The class path where another user can read it. */
    private static String readableCopy(Path home) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path source = Path.of(element);
            Path copy = home.resolve("class-path").resolve(copies.size() + "-" + source.getFileName());
            Files.createDirectories(copy.getParent());
            if (Files.isDirectory(source)) {
                try (Stream<Path> files = Files.walk(source)) {
                    for (Path file : (Iterable<Path>) files::iterator) {
                        Files.copy(file, copy.resolve(source.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                    }
                }
            } else if (Files.exists(source)) {
                Files.copy(source, copy);
            }
            copies.add(copy.toString());
        }
        return String.join(File.pathSeparator, copies);
    }
}
