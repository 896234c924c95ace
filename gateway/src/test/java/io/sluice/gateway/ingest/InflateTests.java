package io.sluice.gateway.ingest;

import static io.sluice.gateway.ingest.Pieces.concat;
import static io.sluice.gateway.ingest.Pieces.through;
import static io.sluice.gateway.ingest.Pieces.wrap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class InflateTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void unfoldsWhatGzipFoldedHoweverItIsCut() throws IOException {
        byte[] random = new byte[10_000];
        new Random(1).nextBytes(random);
        byte[] twoMembers = concat(gzip("first ".getBytes()), gzip(random));
        byte[] expected = concat("first ".getBytes(), random);
        for (int size : new int[] {1, 2, 7, 100, twoMembers.length}) {
            assertThat(through(Inflate::gzip, twoMembers, size)).isEqualTo(expected);
        }
    }

    @Test
    void readsHeadersWithExtraFieldNameAndComment() throws IOException {
        byte[] plain = gzip("x".getBytes());
        byte[] header = {0x1F, (byte) 0x8B, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 0, 2, 0, 9, 9, 'n', 0, 'c', 0, 1, 2};
        byte[] full = concat(header, Arrays.copyOfRange(plain, 10, plain.length));
        for (int size = 1; size < full.length; size++) {
            assertThat(through(Inflate::gzip, full, size)).isEqualTo("x".getBytes());
        }
    }

    @Test
    void unfoldsNoMoreThanIsAskedFor() throws IOException {
        byte[] bomb = gzip(new byte[50_000_000]);
        StepVerifier.create(Inflate.gzip(Flux.just(wrap(bomb))), 2)
                .expectNextMatches(piece -> piece.readableByteCount() <= 32 * 1024)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(100))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void refusesWhatIsNotWholeGzip() throws IOException {
        byte[] good = gzip("some text".getBytes());
        byte[] wrongCheck = good.clone();
        wrongCheck[good.length - 6] ^= 1;
        for (byte[] bad : List.of(
                "plain text, no gzip".getBytes(), Arrays.copyOf(good, good.length - 1), wrongCheck, new byte[0])) {
            Inflate.gzip(Flux.just(wrap(bad)))
                    .as(StepVerifier::create)
                    .thenConsumeWhile(piece -> true)
                    .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("not gzip"))
                    .verify(LIMIT);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
