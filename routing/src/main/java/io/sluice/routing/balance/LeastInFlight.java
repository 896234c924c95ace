package io.sluice.routing.balance;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

final class LeastInFlight implements LoadBalancer {

    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public int choose(List<? extends Candidate> candidates) {
        int size = candidates.size();
        int offset = Math.floorMod(turn.getAndIncrement(), size);
        int best = offset;
        double lowest = Double.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            int index = (offset + i) % size;
            Candidate candidate = candidates.get(index);
            double load = (candidate.inFlight() + 1) / candidate.weight();
            if (load < lowest) {
                lowest = load;
                best = index;
            }
        }
        return best;
    }
}
