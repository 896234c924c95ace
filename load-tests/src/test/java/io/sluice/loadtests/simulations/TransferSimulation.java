package io.sluice.loadtests.simulations;

import io.sluice.loadtests.Flow;

/** Money moved among accounts, spread as {@code load.spread} says; at the end the books must be right. */
public final class TransferSimulation extends LoadSimulation {

    {
        run(load("transfers", orExit(() -> journeys.of(Flow.TRANSFERS))), orExit(audit::money));
    }
}
