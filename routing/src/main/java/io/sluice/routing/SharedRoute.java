package io.sluice.routing;

import io.sluice.routing.consistency.ConsistencyLevel;
import io.sluice.routing.consistency.ConsistencyToken;
import java.util.function.Function;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What several callers that share a statement ask of its route: the same kind of node, and all that any of their tokens
 * stands for. How long one of them waits does not concern the others.
 */
public final class SharedRoute {

    private final RouteRequest request;

    private SharedRoute(RouteRequest request) {
        this.request = request;
    }

    /** What one caller asks for. */
    public static SharedRoute of(ContextView caller) {
        return new SharedRoute(Routing.request(caller).withoutLimit());
    }

    /** Equal for callers that may share a statement. */
    public Object kind() {
        return request.withToken(null);
    }

    /** This route for one caller more, whose kind is the same. */
    public SharedRoute with(SharedRoute other) {
        ConsistencyToken mine = request.token();
        ConsistencyToken theirs = other.request.token();
        if (theirs == null) {
            return this;
        }
        return mine == null ? other : new SharedRoute(request.withToken(mine.max(theirs)));
    }

    /** A Context writer for the statement. */
    public Function<Context, Context> context() {
        ConsistencyLevel level = request.level();
        ConsistencyToken token = request.token();
        Function<Context, Context> base = Routing.intent(request.intent()).andThen(Routing.consistency(level));
        Function<Context, Context> placed =
                request.pinned() == null ? base : base.andThen(Routing.node(request.pinned()));
        return token == null ? placed : placed.andThen(Routing.token(token));
    }

    @Override
    public String toString() {
        return request.toString();
    }
}
