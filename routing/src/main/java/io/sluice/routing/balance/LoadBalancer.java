package io.sluice.routing.balance;

import java.util.List;

/** Chooses among nodes that are all fit for the request. Called by many threads at once, on every acquire. */
public interface LoadBalancer {

    /** The index of the chosen one. {@code candidates} is never empty. */
    int choose(List<? extends Candidate> candidates);

    /** One after the other. */
    static LoadBalancer roundRobin() {
        return new RoundRobin();
    }
}
