package io.sluice.loadtests.simulations;

import io.sluice.loadtests.LoadConfig;
import io.sluice.loadtests.Mix;

/** Point reads, pages, streams, ingest, transfers and reads of own writes by the weights of {@code load.mix}. */
public final class MixedSimulation extends LoadSimulation {

    {
        Mix mix = config.mixOr(LoadConfig.DAY);
        run(load("mixed", orExit(() -> journeys.mixed(mix))), orExit(() -> audit.of(mix)));
    }
}
