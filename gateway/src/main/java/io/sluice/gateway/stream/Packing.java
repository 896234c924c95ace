package io.sluice.gateway.stream;

import io.sluice.gateway.text.Output;

/** Packs an answer piece by piece, each of which can be unpacked as soon as it is there. Thread-safe. */
interface Packing {

    /** For a {@code Content-Encoding} that {@link AcceptEncoding} chooses. */
    static Packing of(String encoding) {
        return switch (encoding) {
            case AcceptEncoding.ZSTD -> StreamPacking.zstd();
            case AcceptEncoding.BROTLI -> StreamPacking.brotli();
            default -> new Gzip();
        };
    }

    /** The packed form of {@code out}; {@code last} closes it, and nothing is packed behind that. Valid until the next call. */
    Output pack(Output out, boolean last);

    /** Gives the memory back; nothing is packed any more. */
    void end();
}
