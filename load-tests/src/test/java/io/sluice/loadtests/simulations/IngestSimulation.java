package io.sluice.loadtests.simulations;

import io.sluice.loadtests.Flow;

/** Orders as NDJSON; at the end the table must have every acknowledged row. */
public final class IngestSimulation extends LoadSimulation {

    {
        run(load("ingest", orExit(() -> journeys.of(Flow.INGEST))), orExit(audit::rows));
    }
}
