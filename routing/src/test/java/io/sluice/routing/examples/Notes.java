package io.sluice.routing.examples;

import io.sluice.routing.consistency.ConsistencyToken;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What each example application can do. Their table is the view of {@link NotesIntegrationTests}: its rows say where they
 * were written and where they are read.
 */
interface Notes {

    /** Saves all of them or, where one is refused, none. */
    Mono<Saved> save(List<String> texts);

    /** The last ten. May miss what was saved a moment ago. */
    Flux<Note> latest();

    /** Not older than the token in the caller's Context, where there is one. */
    Mono<Note> find(long id);

    record Saved(List<Long> ids, ConsistencyToken token) {}
}
