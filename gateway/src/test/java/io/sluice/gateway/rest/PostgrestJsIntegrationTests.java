package io.sluice.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code @supabase/postgrest-js}, as npm has it, uses the gateway: src/test/node. Left out, and said so, on a machine
 * without Node.js 20 or without a way to npm's registry.
 */
@PostgresTest(replicas = 1)
class PostgrestJsIntegrationTests {

    private static final Path SOURCES = Path.of("src/test/node");
    private static final List<String> FILES = List.of("package.json", "package-lock.json", "postgrest-js.test.js");

    @Test
    void worksUnchanged(TestDatabase database, @TempDir Path directory) throws Exception {
        require("node 20", run(directory, Map.of(), "node", "--test", "--version"));
        for (String file : FILES) {
            Files.copy(SOURCES.resolve(file), directory.resolve(file));
        }
        require("npm's registry", run(directory, Map.of(), "npm", "ci", "--no-audit", "--no-fund"));
        ShopSchema.create(database);
        try (GatewayUnderTest gateway = GatewayUnderTest.start(
                database.primary(),
                List.of(),
                "--sluice.rest.aggregates-enabled=true",
                "--sluice.rest.plan-enabled=true",
                "--sluice.rest.tx-end=commit-allow-override")) {
            Outcome outcome =
                    run(directory, Map.of("GATEWAY", gateway.url()), "node", "--test", "postgrest-js.test.js");
            assertThat(outcome.status()).as(outcome.output()).isZero();
            assertThat(outcome.output()).contains("# fail 0").doesNotContain("# pass 0");
        }
    }

    private record Outcome(int status, String output) {}

    private static void require(String what, Outcome outcome) {
        if (outcome.status() != 0) {
            System.err.println("\n######## WITHOUT " + what + " THE TEST OF postgrest-js WAS NOT RUN ########\n"
                    + outcome.output());
        }
        assumeThat(outcome.status()).as(what).isZero();
    }

    private static Outcome run(Path directory, Map<String, String> environment, String... command)
            throws InterruptedException {
        try {
            Path log = Files.createTempFile(directory, "run", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(2, TimeUnit.MINUTES);
            process.destroyForcibly();
            return new Outcome(ended ? process.exitValue() : -1, Files.readString(log, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new Outcome(-1, String.valueOf(e.getMessage()));
        }
    }
}
