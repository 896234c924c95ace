package io.sluice.routing.balance;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

final class RoundRobin implements LoadBalancer {

    private final AtomicInteger turn = new AtomicInteger();

    @Override
    public int choose(List<? extends Candidate> candidates) {
        return Math.floorMod(turn.getAndIncrement(), candidates.size());
    }
}
