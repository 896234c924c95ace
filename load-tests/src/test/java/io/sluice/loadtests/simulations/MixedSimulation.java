package io.sluice.loadtests.simulations;

import io.sluice.loadtests.LoadConfig;

/** Point reads, pages, streams, ingest, transfers and reads of own writes by the weights of {@code load.mix}. */
public class MixedSimulation extends LoadSimulation {

    {
        run(load("mixed", orExit(() -> journeys.mixed(config.mixOr(LoadConfig.DAY)))), orExit(audit::moneyAndRows));
    }
}
