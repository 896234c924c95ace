package io.sluice.loadtests.simulations;

import io.sluice.loadtests.Flow;

/** Rows by their key. */
public final class PointSimulation extends LoadSimulation {

    {
        run(load("points", orExit(() -> journeys.of(Flow.POINTS))));
    }
}
