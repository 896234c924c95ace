package io.sluice.routing;

import io.sluice.routing.consistency.ConsistencyLevel;
import io.sluice.routing.consistency.ConsistencyToken;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one acquire asks for. {@code excluded} holds the nodes that have failed it already. */
record RouteRequest(
        AccessIntent intent,
        ConsistencyLevel level,
        @Nullable ConsistencyToken token,
        @Nullable String pinned,
        Set<String> excluded) {

    RouteRequest excluding(String node) {
        Set<String> more = new HashSet<>(excluded);
        more.add(node);
        return new RouteRequest(intent, level, token, pinned, more);
    }

    RouteRequest excludingNobody() {
        return new RouteRequest(intent, level, token, pinned, Set.of());
    }

    RouteRequest withToken(@Nullable ConsistencyToken other) {
        return new RouteRequest(intent, level, other, pinned, excluded);
    }

    RouteRequest toPrimary() {
        return new RouteRequest(AccessIntent.READ_WRITE, ConsistencyLevel.STRONG, null, null, excluded);
    }

    boolean needsPrimary() {
        return intent == AccessIntent.READ_WRITE || level instanceof ConsistencyLevel.Strong;
    }

    /** The token, unless the level says that it does not matter. */
    @Nullable
    ConsistencyToken bindingToken() {
        return level instanceof ConsistencyLevel.Eventual ? null : token;
    }

    @Nullable
    Duration maxStaleness() {
        return level instanceof ConsistencyLevel.Bounded bounded ? bounded.staleness() : null;
    }

    /** Whether any replica will do, however far behind. */
    boolean toleratesAnything() {
        return bindingToken() == null && maxStaleness() == null;
    }
}
