package io.sluice.transactions.ledger;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Which accounts are watched, and which state of each was read last. */
final class WatchedAccounts {

    /** Not the time of any change. */
    private static final long NEVER = -1;

    private final int most;
    private final Map<UUID, Watched> accounts = new HashMap<>();
    private int places;
    private long rounds;

    WatchedAccounts(int most) {
        this.most = most;
    }

    private static final class Watched {
        private int watchers;
        private long seen = NEVER;
        private long askedAfter;
    }

    /**
     * What a round of reading asks for.
     *
     * @param number rises from one round to the next
     * @param seen the time of the last change that is known of each account
     */
    record Round(long number, Map<UUID, Long> seen) {}

    /**
     * One more watches these. The next round reads them whatever is known, because what is known may be older than what
     * the new watcher has seen elsewhere.
     *
     * @return the number of the last round that does not
     */
    synchronized long join(Set<UUID> ids) {
        if (ids.size() > most - places) {
            throw new TooManyWatchedException(ids.size(), places, most);
        }
        places += ids.size();
        for (UUID id : ids) {
            Watched watched = accounts.computeIfAbsent(id, unknown -> new Watched());
            watched.watchers++;
            watched.seen = NEVER;
            watched.askedAfter = rounds;
        }
        return rounds;
    }

    synchronized void leave(Set<UUID> ids) {
        places -= ids.size();
        for (UUID id : ids) {
            accounts.computeIfPresent(id, (same, watched) -> --watched.watchers == 0 ? null : watched);
        }
    }

    synchronized int places() {
        return places;
    }

    synchronized Round begin() {
        Map<UUID, Long> seen = new HashMap<>();
        accounts.forEach((id, watched) -> seen.put(id, watched.seen));
        return new Round(++rounds, seen);
    }

    /** What a round has read; not taken for known where somebody joined after it had begun. */
    synchronized void read(Round round, Collection<Account> read) {
        for (Account account : read) {
            Watched watched = accounts.get(account.id());
            if (watched != null && round.number() > watched.askedAfter) {
                watched.seen = account.changedMicros();
            }
        }
    }
}
