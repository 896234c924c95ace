package io.sluice.routing.topology;

import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A node as it was last seen.
 *
 * @param node its name, {@code host:port}
 * @param timeline the timeline it writes or replays, 0 where unknown
 * @param position how far the primary has flushed, or the replica has replayed
 * @param received how far a replica has received; the primary's {@code position}
 * @param fenced it takes writes but was left behind by a failover: nothing may be sent to it
 * @param lagBytes how far a replica's replay is behind the primary, 0 for the primary, negative where unknown
 * @param lag at most how long a replica's replay is behind, by the router's clock; null where unknown, as
 *     when it is behind everything that the router has seen of the primary. While the primary is away this is the last
 *     known value
 * @param freshNanos {@code System.nanoTime()} of the newest moment at which everything written on the primary until
 *     then is visible here; meaningless where {@code lag} is null
 * @param upSinceNanos {@code System.nanoTime()} at which it was first seen again after it was down or unknown
 * @param problem why it is down, where it is
 */
public record NodeState(
        String node,
        Health health,
        Role role,
        int timeline,
        Lsn position,
        Lsn received,
        boolean fenced,
        long lagBytes,
        @Nullable Duration lag,
        long freshNanos,
        long upSinceNanos,
        @Nullable String problem) {

    /** Whether it answers and may be used at all. */
    public boolean usable() {
        return health == Health.UP && !fenced;
    }

    public boolean usableReplica() {
        return usable() && role == Role.REPLICA;
    }

    /** Whether a read here sees everything that {@code token} stands for. */
    public boolean covers(ConsistencyToken token) {
        return timeline == token.timeline() && position.isAtLeast(token.lsn());
    }
}
