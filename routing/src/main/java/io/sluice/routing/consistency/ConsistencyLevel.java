package io.sluice.routing.consistency;

import java.time.Duration;

/** What a read may miss. Stronger levels leave fewer nodes to choose from. */
public sealed interface ConsistencyLevel {

    /** Anything a fit replica shows; a token is ignored. Costs nothing. */
    ConsistencyLevel EVENTUAL = new Eventual();

    /**
     * Everything that the session's token stands for: its own writes, and what it has read before. Waits for a replica
     * for a moment, then reads from the primary. The default where there is a token.
     */
    ConsistencyLevel SESSION = new Session();

    /** Everything that was committed when the read began: from the primary. */
    ConsistencyLevel STRONG = new Strong();

    /**
     * Everything that was committed until {@code staleness} before the read began, and the token where there is one.
     * A replica that cannot prove it is not asked. Less than the monitor's interval means the primary.
     */
    static ConsistencyLevel bounded(Duration staleness) {
        return new Bounded(staleness);
    }

    record Eventual() implements ConsistencyLevel {}

    record Session() implements ConsistencyLevel {}

    record Strong() implements ConsistencyLevel {}

    record Bounded(Duration staleness) implements ConsistencyLevel {
        public Bounded {
            if (staleness.isNegative()) {
                throw new IllegalArgumentException("staleness must not be negative, was " + staleness);
            }
        }
    }
}
