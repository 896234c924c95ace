package io.sluice.gateway.fastpath;

import java.util.Map;
import reactor.core.publisher.Mono;

/** What is done for a {@code POST} of a short JSON body. */
public interface ShortWrite {

    /** The path it is posted to. */
    String path();

    /** Does it. An error is answered as the framework would answer it. A cancel is that of a client that has left. */
    Mono<? extends WriteAnswer> write(byte[] body);

    /** An answer that is whole. */
    interface WriteAnswer {

        int status();

        /** All of them but those of every answer, and the length. */
        Map<String, String> shownHeaders();

        /** Its body, which nobody changes. */
        byte[] body();
    }
}
