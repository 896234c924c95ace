package io.sluice.routing.balance;

import java.util.List;
import java.util.function.IntUnaryOperator;

final class TwoChoices implements LoadBalancer {

    private final IntUnaryOperator randomBelow;

    TwoChoices(IntUnaryOperator randomBelow) {
        this.randomBelow = randomBelow;
    }

    @Override
    public int choose(List<? extends Candidate> candidates) {
        int size = candidates.size();
        if (size == 1) {
            return 0;
        }
        int first = randomBelow.applyAsInt(size);
        int second = randomBelow.applyAsInt(size - 1);
        if (second >= first) {
            second++;
        }
        return cost(candidates.get(first)) <= cost(candidates.get(second)) ? first : second;
    }

    private static double cost(Candidate candidate) {
        return candidate.load() / candidate.weight();
    }
}
