package io.sluice.routing.observe;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Follows what the router does on behalf of a caller, from its beginning to its end: for timers and traces. Called on
 * event loops: return at once, and do not fail.
 */
@FunctionalInterface
public interface RoutingObserver {

    /** Nobody looks; costs nothing. */
    RoutingObserver NONE = (meter, caller) -> (node, outcome, error) -> {};

    /**
     * Something begins.
     *
     * @param meter one of {@link RoutingMeters#timers()}
     * @param caller the Reactor Context of whoever waits for it, where a trace finds its parent
     */
    Running begin(RoutingMeters meter, ContextView caller);

    /** Something that was begun. */
    @FunctionalInterface
    interface Running {

        /**
         * It is over. May be called more than once: only the first time counts.
         *
         * @param node the node that it led to, null where it led to none
         */
        void end(@Nullable String node, Outcome outcome, @Nullable Throwable error);
    }
}
