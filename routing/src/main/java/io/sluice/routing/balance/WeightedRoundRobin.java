package io.sluice.routing.balance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every node earns its weight in each round; the richest one is chosen and pays for the round. */
final class WeightedRoundRobin implements LoadBalancer {

    private final Map<String, Double> credit = new HashMap<>();

    @Override
    public synchronized int choose(List<? extends Candidate> candidates) {
        double total = 0;
        int chosen = 0;
        double richest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            double weight = candidate.weight();
            double earned = credit.merge(candidate.node(), weight, Double::sum);
            total += weight;
            if (earned > richest) {
                richest = earned;
                chosen = i;
            }
        }
        credit.merge(candidates.get(chosen).node(), -total, Double::sum);
        return chosen;
    }
}
