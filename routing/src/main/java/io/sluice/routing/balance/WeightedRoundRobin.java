package io.sluice.routing.balance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every node earns its weight in each round; the richest one is chosen and pays for the round. */
final class WeightedRoundRobin implements LoadBalancer {

    private final Map<String, Credit> credits = new HashMap<>();

    @Override
    public synchronized int choose(List<? extends Candidate> candidates) {
        double total = 0;
        int chosen = 0;
        double richest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            double weight = candidate.weight();
            Credit credit = credits.computeIfAbsent(candidate.node(), node -> new Credit());
            credit.amount += weight;
            total += weight;
            if (credit.amount > richest) {
                richest = credit.amount;
                chosen = i;
            }
        }
        credits.computeIfAbsent(candidates.get(chosen).node(), node -> new Credit()).amount -= total;
        return chosen;
    }

    /** Changed in place: this happens for every request. */
    private static final class Credit {

        private double amount;
    }
}
