package io.sluice.gateway.rest;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;

/** Reads bodies whole, up to a limit: a write is one statement with its body as one value. */
@Component
final class RequestBody {

    private static final byte[] NOTHING = {};

    private final int most;

    RequestBody(RestSettings settings) {
        this.most = (int) Math.min(settings.maxBody().toBytes(), Integer.MAX_VALUE);
    }

    /** A body and its type, null where none is said. */
    static final class Content {

        private final byte[] bytes;
        private final @Nullable MediaType type;

        Content(byte[] bytes, @Nullable MediaType type) {
            this.bytes = bytes;
            this.type = type;
        }

        byte[] bytes() {
            return bytes;
        }

        @Nullable
        MediaType type() {
            return type;
        }
    }

    /** The body; nothing where it does not matter. Errors: {@code DataBufferLimitException} for one over the limit. */
    Mono<Content> of(ServerRequest request, boolean matters) {
        MediaType type = type(request);
        if (!matters) {
            return Mono.just(new Content(NOTHING, type));
        }
        return DataBufferUtils.join(request.bodyToFlux(DataBuffer.class), most)
                .map(RequestBody::bytes)
                .defaultIfEmpty(NOTHING)
                .map(bytes -> new Content(bytes, type));
    }

    private static @Nullable MediaType type(ServerRequest request) {
        String header = request.headers().firstHeader("Content-Type");
        try {
            return header == null ? null : MediaType.parseMediaType(header);
        } catch (InvalidMediaTypeException e) {
            return withoutParameters(header);
        }
    }

    /** Parameters that cannot be read do not matter, as long as the type can be. */
    private static MediaType withoutParameters(@Nullable String header) {
        try {
            return MediaType.parseMediaType(String.valueOf(header).split(";", 2)[0]);
        } catch (InvalidMediaTypeException e) {
            throw Payload.invalid("Content-Type not acceptable: " + header);
        }
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
