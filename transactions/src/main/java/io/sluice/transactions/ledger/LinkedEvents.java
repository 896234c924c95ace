package io.sluice.transactions.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * The rule of linked events, the same for accounts and for transfers: a chain happens as a whole or not at all, and
 * exactly one event of a chain that did not happen carries the reason.
 *
 * @param <E> an event
 * @param <O> its outcome
 */
abstract class LinkedEvents<E, O> {

    private final O created;
    private final O failed;
    private final O open;

    LinkedEvents(O created, O failed, O open) {
        this.created = created;
        this.failed = failed;
        this.open = open;
    }

    abstract boolean linked(E event);

    abstract O decide(E event, int index);

    abstract void chainBegins();

    abstract void chainHolds();

    abstract void chainBreaks();

    /** Told of each event that was not created, after its chain is broken. */
    abstract void refused(E event, int index, O outcome);

    final List<O> run(List<E> events) {
        List<O> outcomes = new ArrayList<>(events.size());
        int chain = -1;
        boolean broken = false;
        for (int index = 0; index < events.size(); index++) {
            E event = events.get(index);
            boolean linked = linked(event);
            if (linked && chain < 0) {
                chain = index;
                chainBegins();
            }
            boolean endsOpen = linked && index == events.size() - 1;
            O outcome = endsOpen ? open : broken ? failed : decide(event, index);
            if (!outcome.equals(created)) {
                if (chain >= 0 && !broken) {
                    broken = true;
                    chainBreaks();
                    for (int member = chain; member < index; member++) {
                        outcomes.set(member, failed);
                    }
                }
                refused(event, index, outcome);
            }
            outcomes.add(outcome);
            if (chain >= 0 && (!linked || endsOpen)) {
                if (!broken) {
                    chainHolds();
                }
                chain = -1;
                broken = false;
            }
        }
        return outcomes;
    }
}
