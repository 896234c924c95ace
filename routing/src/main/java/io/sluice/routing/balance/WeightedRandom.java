package io.sluice.routing.balance;

import java.util.List;
import java.util.function.DoubleSupplier;

final class WeightedRandom implements LoadBalancer {

    private final DoubleSupplier random;

    WeightedRandom(DoubleSupplier random) {
        this.random = random;
    }

    @Override
    public int choose(List<? extends Candidate> candidates) {
        double total = 0;
        for (int i = 0; i < candidates.size(); i++) {
            total += candidates.get(i).weight();
        }
        double drawn = random.getAsDouble() * total;
        for (int i = 0; i < candidates.size(); i++) {
            drawn -= candidates.get(i).weight();
            if (drawn < 0) {
                return i;
            }
        }
        return candidates.size() - 1;
    }
}
