package io.sluice.loadtests.checks;

import java.util.concurrent.atomic.LongAdder;

/** The sums over all accounts of a run: money moves, but there is never more or less of it. */
public final class Balance {

    private final LongAdder debits = new LongAdder();
    private final LongAdder credits = new LongAdder();
    private final LongAdder accounts = new LongAdder();

    public void add(long debitsPosted, long creditsPosted) {
        debits.add(debitsPosted);
        credits.add(creditsPosted);
        accounts.increment();
    }

    public long debits() {
        return debits.sum();
    }

    public long credits() {
        return credits.sum();
    }

    /** How many accounts were added. */
    public long count() {
        return accounts.sum();
    }

    /** @throws ContentException when the sums differ */
    public void verify() {
        if (debits.sum() != credits.sum()) {
            throw new ContentException(
                    "completes sums of debits " + debits.sum() + " and credits " + credits.sum() + ": money "
                            + (debits.sum() > credits.sum() ? "was lost" : "came from nowhere"),
                    "");
        }
    }
}
