package io.sluice.gateway.ingest;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Bodies that come in pieces of any size. */
final class Pieces {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Pieces() {}

    /** What {@code unpacking} makes of a body of these bytes that comes {@code size} bytes at a time. */
    static byte[] through(UnaryOperator<Flux<DataBuffer>> unpacking, byte[] bytes, int size) {
        List<DataBuffer> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += size) {
            pieces.add(wrap(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size))));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        unpacking
                .apply(Flux.fromIterable(pieces))
                .doOnNext(piece -> {
                    byte[] read = new byte[piece.readableByteCount()];
                    piece.read(read);
                    out.writeBytes(read);
                })
                .then()
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        return out.toByteArray();
    }

    static DataBuffer wrap(byte[] bytes) {
        return DefaultDataBufferFactory.sharedInstance.wrap(bytes);
    }

    static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
