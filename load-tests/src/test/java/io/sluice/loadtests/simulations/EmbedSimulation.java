package io.sluice.loadtests.simulations;

import io.sluice.loadtests.Flow;

/** Customers with their newest orders, page behind page. */
public final class EmbedSimulation extends LoadSimulation {

    {
        run(load("pages with embeds", orExit(() -> journeys.of(Flow.EMBEDS))));
    }
}
