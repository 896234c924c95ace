package io.sluice.gateway.ledger;

import java.util.Arrays;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A body's bytes, copied as they come, so that nothing has to be released later. Most come in one piece. */
final class BodyBytes {

    private final int max;
    private byte[] bytes = new byte[0];
    private int size;

    private BodyBytes(int max) {
        this.max = max;
    }

    /** All bytes, none where there is no body; a {@link DataBufferLimitException} where there are more than {@code max}. */
    static Mono<byte[]> of(Flux<DataBuffer> body, int max) {
        return body.collect(() -> new BodyBytes(max), BodyBytes::add).map(BodyBytes::all);
    }

    private void add(DataBuffer buffer) {
        try {
            int more = buffer.readableByteCount();
            if (more > max - size) {
                throw new DataBufferLimitException("The body has more than " + max + " bytes");
            }
            if (size + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(size + more, Math.min(max, 2 * size)));
            }
            buffer.read(bytes, size, more);
            size += more;
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    private byte[] all() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
