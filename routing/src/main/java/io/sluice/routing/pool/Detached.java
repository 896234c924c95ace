package io.sluice.routing.pool;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Runs something to its end, even when the one who asked for it leaves. */
final class Detached {

    private Detached() {}

    /** Starts {@code work} now. The result ends with it; cancelling the result does not touch the work. */
    static Mono<Void> run(Mono<Void> work) {
        Sinks.Empty<Void> end = Sinks.empty();
        work.subscribe(nothing -> {}, end::tryEmitError, end::tryEmitEmpty);
        return end.asMono();
    }
}
