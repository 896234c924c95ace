package io.sluice.loadtests.simulations;

import io.sluice.loadtests.Flow;

/** The newest orders of a customer. */
public final class PageSimulation extends LoadSimulation {

    {
        run(load("pages", orExit(() -> journeys.of(Flow.PAGES))));
    }
}
