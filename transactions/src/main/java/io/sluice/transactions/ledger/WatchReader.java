package io.sluice.transactions.ledger;

import io.sluice.transactions.tx.Committed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/** What one watcher has not been given yet: of each account the newest state. Thread-safe. */
final class WatchReader {

    private final Set<UUID> wanted;
    private final long staleMaxMillis;
    private final Scheduler clock;
    private final BooleanSupplier ready;

    /** When each account changed last, as far as this reader has heard. */
    private final Map<UUID, Long> heard = new HashMap<>();

    private final Map<UUID, Account> pending = new LinkedHashMap<>();
    private @Nullable Committed<List<Account>> newest;
    private @Nullable Throwable failure;
    private long lastRead;
    private boolean begun;

    WatchReader(Set<UUID> wanted, Duration staleMax, Scheduler clock, BooleanSupplier ready) {
        this.wanted = wanted;
        this.staleMaxMillis = staleMax.toMillis();
        this.clock = clock;
        this.ready = ready;
    }

    synchronized void take(AccountWatch.Look look) {
        Committed<List<Account>> changed = look.changed();
        failure = look.failure();
        if (changed == null) {
            return;
        }
        lastRead = now();
        newest = changed;
        for (Account account : changed.value()) {
            if (wanted.contains(account.id()) && !isHeard(account)) {
                pending.put(account.id(), account);
            }
        }
    }

    private boolean isHeard(Account account) {
        Long before = heard.put(account.id(), account.changedMicros());
        return before != null && before == account.changedMicros();
    }

    /** The first list whatever is in it, later ones where something has changed; an error where there is none to wait for. */
    synchronized void give(SynchronousSink<Committed<List<Account>>> out) {
        Committed<List<Account>> read = newest;
        Throwable error = failure;
        if (error != null && (read == null || now() - lastRead > staleMaxMillis)) {
            out.error(error);
        } else if (read != null && (!begun || !pending.isEmpty()) && ready.getAsBoolean()) {
            begun = true;
            out.next(new Committed<>(new ArrayList<>(pending.values()), read.token(), read.node()));
            pending.clear();
        }
    }

    private long now() {
        return clock.now(TimeUnit.MILLISECONDS);
    }
}
