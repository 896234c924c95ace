package io.sluice.gateway.ingest;

import static io.sluice.gateway.ingest.Pieces.concat;
import static io.sluice.gateway.ingest.Pieces.through;
import static io.sluice.gateway.ingest.Pieces.wrap;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class UnzstdTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void unfoldsWhatZstdFoldedHoweverItIsCut() {
        byte[] random = new byte[300_000];
        new Random(1).nextBytes(random);
        byte[] zeros = new byte[1_000_000];
        byte[] frames = concat(Zstd.compress("first ".getBytes(StandardCharsets.US_ASCII)), Zstd.compress(random));
        byte[] packed = concat(frames, Zstd.compress(zeros));
        byte[] expected = concat(concat("first ".getBytes(StandardCharsets.US_ASCII), random), zeros);
        for (int size : new int[] {1, 7, 1000, packed.length}) {
            assertThat(through(Unzstd::zstd, packed, size))
                    .as("cut every %d bytes", size)
                    .isEqualTo(expected);
        }
    }

    @Test
    void unfoldsNoMoreThanIsAskedFor() {
        byte[] bomb = Zstd.compress(new byte[50_000_000]);
        StepVerifier.create(Unzstd.zstd(Flux.just(wrap(bomb))), 2)
                .expectNextMatches(piece -> piece.readableByteCount() <= 32 * 1024)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(100))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void refusesWhatIsNotWholeZstdAndWhatNeedsTooMuchMemory() {
        byte[] good =
                Zstd.compress("some text that is longer than a header".repeat(9).getBytes(StandardCharsets.US_ASCII));
        for (byte[] bad : List.of(
                "plain text, no zstd".getBytes(StandardCharsets.US_ASCII),
                Arrays.copyOf(good, good.length - 1),
                wideWindow())) {
            Unzstd.zstd(Flux.just(wrap(bad)))
                    .as(StepVerifier::create)
                    .thenConsumeWhile(piece -> true)
                    .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("not zstd"))
                    .verify(LIMIT);
        }
    }

    private static byte[] wideWindow() {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(1);
            context.setWindowLog(25);
            context.setContentSize(false);
            return context.compress(new byte[40_000_000]);
        }
    }
}
