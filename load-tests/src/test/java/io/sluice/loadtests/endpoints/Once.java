package io.sluice.loadtests.endpoints;

import static io.gatling.javaapi.core.CoreDsl.InputStreamBody;

import io.gatling.javaapi.core.Body;
import io.gatling.javaapi.core.Session;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Requests that are sent once. Gatling sends a request again when a kept connection closes under it, even halfway through
 * the answer (3.15 forgets that the answer has begun), and takes the pieces of both answers for one: a broken stream would
 * look like one with rows twice, and an upload would be made twice. It does not where the body is a stream, which it has
 * read by then.
 */
final class Once {

    private Once() {}

    /** A body that can be sent only once; an empty one for requests that have none. */
    static Body body(Function<Session, String> text) {
        return InputStreamBody(
                session -> new ByteArrayInputStream(text.apply(session).getBytes(StandardCharsets.UTF_8)));
    }
}
