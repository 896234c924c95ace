package io.sluice.loadtests.checks;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Finds stale reads. Rows of a key only grow in version; what was acknowledged with a token before a read began, that read
 * must see when it sends the token, whoever wrote it.
 */
public final class Freshness {

    private final ConcurrentMap<Long, Written> newest = new ConcurrentHashMap<>();
    private final LongAdder fresh = new LongAdder();
    private final LongAdder stale = new LongAdder();

    /** @param token the consistency token of the acknowledged write */
    public record Written(long version, String token) {}

    /** A write of this key was acknowledged. */
    public void acknowledged(long key, long version, String token) {
        newest.merge(key, new Written(version, token), (old, now) -> now.version() > old.version() ? now : old);
    }

    /** To be taken before a read is sent: what it must see at least. Null when nothing of the key was written yet. */
    @Nullable
    public Written expected(long key) {
        return newest.get(key);
    }

    /** @throws ContentException when the read saw an older version than it had to */
    public void judge(long key, Written expected, long seen) {
        if (seen < expected.version()) {
            stale.increment();
            throw new ContentException(
                    "is stale: key " + key + " shows version " + seen + ", but " + expected.version()
                            + " was acknowledged before, with token " + expected.token(),
                    "");
        }
        fresh.increment();
    }

    public long freshCount() {
        return fresh.sum();
    }

    public long staleCount() {
        return stale.sum();
    }
}
