package io.sluice.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class BodyBytesTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final NettyDataBufferFactory BUFFERS = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);

    @Test
    void piecesAreJoinedAndReleased() {
        List<DataBuffer> pieces = pieces(100);

        BodyBytes.of(Flux.fromIterable(pieces), 400)
                .as(StepVerifier::create)
                .assertNext(all -> {
                    assertThat(all).hasSize(400);
                    IntStream.range(0, 400).forEach(i -> assertThat(all[i]).isEqualTo((byte) (i / 4)));
                })
                .expectComplete()
                .verify(LIMIT);

        assertThat(pieces).noneMatch(BodyBytesTests::isHeld);
    }

    @Test
    void moreThanTheLimitIsRefusedAndReleased() {
        List<DataBuffer> pieces = pieces(10);

        BodyBytes.of(Flux.fromIterable(pieces), 39)
                .as(StepVerifier::create)
                .expectError(DataBufferLimitException.class)
                .verify(LIMIT);

        assertThat(pieces).noneMatch(BodyBytesTests::isHeld);
    }

    @Test
    void noBodyHasNoBytes() {
        BodyBytes.of(Flux.empty(), 10)
                .as(StepVerifier::create)
                .assertNext(all -> assertThat(all).isEmpty())
                .expectComplete()
                .verify(LIMIT);
    }

    private static List<DataBuffer> pieces(int count) {
        return IntStream.range(0, count)
                .<DataBuffer>mapToObj(
                        i -> BUFFERS.allocateBuffer(4).write(new byte[] {(byte) i, (byte) i, (byte) i, (byte) i}))
                .toList();
    }

    private static boolean isHeld(DataBuffer buffer) {
        return ((NettyDataBuffer) buffer).getNativeBuffer().refCnt() > 0;
    }
}
