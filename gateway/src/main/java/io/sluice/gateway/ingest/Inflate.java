package io.sluice.gateway.ingest;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;

/** Undoes {@code Content-Encoding: gzip}. */
final class Inflate extends Unpacking {

    private final Inflater inflater = new Inflater(true);
    private final GzipFrame frame = new GzipFrame();

    private Inflate() {
        super("gzip");
    }

    static Flux<DataBuffer> gzip(Flux<DataBuffer> body) {
        return of(body, Inflate::new);
    }

    @Override
    void take(byte[] packed) {
        frame.take(packed);
    }

    @Override
    int unpack(byte[] out) throws DataFormatException {
        return frame.inflate(inflater, out);
    }

    @Override
    @Nullable
    String fault() {
        return frame.whole() ? null : "it ends in the middle";
    }

    @Override
    void release() {
        inflater.end();
    }
}
