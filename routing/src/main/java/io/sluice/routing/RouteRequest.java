package io.sluice.routing;

import io.sluice.routing.consistency.ConsistencyToken;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one acquire asks for. {@code excluded} holds the nodes that have failed it already. */
record RouteRequest(AccessIntent intent, @Nullable ConsistencyToken token, Set<String> excluded) {

    RouteRequest excluding(String node) {
        Set<String> more = new HashSet<>(excluded);
        more.add(node);
        return new RouteRequest(intent, token, more);
    }
}
