package io.sluice.loadtests.simulations;

import io.sluice.loadtests.scenarios.FreshReads;
import java.util.List;

/** Many users write and read the same few customers; a read with a token that misses an acknowledged write fails the run. */
public final class FreshReadSimulation extends LoadSimulation {

    private final FreshReads reads = new FreshReads(world, journeys);

    {
        run(load("fresh reads", reads.one()), audit.rows());
    }

    @Override
    protected List<String> findings() {
        return List.of(reads.summary());
    }
}
