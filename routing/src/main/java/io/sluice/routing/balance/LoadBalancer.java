package io.sluice.routing.balance;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses among nodes that are all fit for the request. Called by many threads at once, on every acquire. */
public interface LoadBalancer {

    /** The index of the chosen one. {@code candidates} is never empty. */
    int choose(List<? extends Candidate> candidates);

    /**
     * Of two drawn at random, the one with the lower expected wait: as good as looking at all of them, but without the
     * herd that runs to the best one. A node that turns slow is left at once and tried again as its peak fades.
     */
    static LoadBalancer peakEwma() {
        return new TwoChoices(bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    /** The one with the fewest connections out, by weight. */
    static LoadBalancer leastInFlight() {
        return new LeastInFlight();
    }

    /** One after the other, each as often as its weight says, evenly interleaved. */
    static LoadBalancer weightedRoundRobin() {
        return new WeightedRoundRobin();
    }

    /** Any, each with a probability by its weight. */
    static LoadBalancer random() {
        return new WeightedRandom(() -> ThreadLocalRandom.current().nextDouble());
    }

    /** One after the other. */
    static LoadBalancer roundRobin() {
        return new RoundRobin();
    }
}
