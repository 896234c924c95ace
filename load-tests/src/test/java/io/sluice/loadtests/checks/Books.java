package io.sluice.loadtests.checks;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What the accounts of this run must hold, by the transfers that the gateway said it made. */
public final class Books {

    private final AtomicLongArray debits;
    private final AtomicLongArray credits;
    private final LongAdder created = new LongAdder();
    private final LongAdder refused = new LongAdder();

    public Books(int accounts) {
        debits = new AtomicLongArray(accounts);
        credits = new AtomicLongArray(accounts);
    }

    /** The gateway answered that it made this transfer. Call it once for each transfer, however often it was sent. */
    public void created(int debit, int credit, long amount) {
        debits.addAndGet(debit, amount);
        credits.addAndGet(credit, amount);
        created.increment();
    }

    /** The gateway answered that it made nothing of this transfer. */
    public void refused() {
        refused.increment();
    }

    public long createdCount() {
        return created.sum();
    }

    public long refusedCount() {
        return refused.sum();
    }

    public long debitsOf(int account) {
        return debits.get(account);
    }

    public long creditsOf(int account) {
        return credits.get(account);
    }

    /** @throws ContentException when the counters of an account are not what its answered transfers add up to */
    public void verify(int account, String id, long debitsPosted, long creditsPosted) {
        if (debitsPosted != debitsOf(account) || creditsPosted != creditsOf(account)) {
            throw new ContentException(
                    "has account " + id + " with debits " + debitsPosted + " and credits " + creditsPosted
                            + ", but its answered transfers make debits " + debitsOf(account) + " and credits "
                            + creditsOf(account),
                    "");
        }
    }
}
