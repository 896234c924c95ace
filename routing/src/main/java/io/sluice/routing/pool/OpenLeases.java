package io.sluice.routing.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The connections of one pool that are out. */
final class OpenLeases {

    private final Set<PooledLease> leases = ConcurrentHashMap.newKeySet();

    void add(PooledLease lease) {
        leases.add(lease);
    }

    void remove(PooledLease lease) {
        leases.remove(lease);
    }

    Duration oldest() {
        long now = System.nanoTime();
        long longest = 0;
        for (PooledLease lease : leases) {
            longest = Math.max(longest, now - lease.sinceNanos());
        }
        return Duration.ofNanos(longest);
    }

    void abort() {
        leases.forEach(PooledLease::abort);
    }

    List<LeakedLease> leaked(Duration limit) {
        long now = System.nanoTime();
        List<LeakedLease> leaked = new ArrayList<>();
        for (PooledLease lease : leases) {
            long age = now - lease.sinceNanos();
            if (age >= limit.toNanos() && lease.reportLeak()) {
                leaked.add(new LeakedLease(Duration.ofNanos(age), lease.takenAt()));
            }
        }
        return leaked;
    }
}
