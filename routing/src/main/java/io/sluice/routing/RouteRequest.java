package io.sluice.routing;

import io.sluice.routing.consistency.ConsistencyLevel;
import io.sluice.routing.consistency.ConsistencyToken;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one acquire asks for.
 *
 * @param excluded the nodes that have failed it already
 * @param acquireBy when the caller stops waiting, by {@link System#nanoTime()}; null to wait as long as anybody
 */
record RouteRequest(
        AccessIntent intent,
        ConsistencyLevel level,
        @Nullable ConsistencyToken token,
        @Nullable String pinned,
        Set<String> excluded,
        @Nullable Long acquireBy) {

    RouteRequest excluding(String node) {
        Set<String> more = new HashSet<>(excluded);
        more.add(node);
        return new RouteRequest(intent, level, token, pinned, more, acquireBy);
    }

    RouteRequest excludingNobody() {
        return new RouteRequest(intent, level, token, pinned, Set.of(), acquireBy);
    }

    RouteRequest withToken(@Nullable ConsistencyToken other) {
        return new RouteRequest(intent, level, other, pinned, excluded, acquireBy);
    }

    RouteRequest toPrimary() {
        return new RouteRequest(AccessIntent.READ_WRITE, ConsistencyLevel.STRONG, null, null, excluded, acquireBy);
    }

    RouteRequest withoutLimit() {
        return new RouteRequest(intent, level, token, pinned, excluded, null);
    }

    /** What is left for a caller who may wait {@code usual} at most. */
    Duration limit(Duration usual) {
        if (acquireBy == null) {
            return usual;
        }
        Duration left = Duration.ofNanos(Math.max(0, acquireBy - System.nanoTime()));
        return left.compareTo(usual) < 0 ? left : usual;
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
