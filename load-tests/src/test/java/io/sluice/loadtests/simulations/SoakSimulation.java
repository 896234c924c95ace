package io.sluice.loadtests.simulations;

import io.sluice.loadtests.LoadConfig;
import io.sluice.loadtests.Mix;
import io.sluice.loadtests.endpoints.Rest;
import io.sluice.loadtests.report.Drift;
import java.util.List;

/** The mix for a long time ({@code load.duration=2h}, say): the end must be as fast as the start. */
public final class SoakSimulation extends LoadSimulation {

    {
        Mix mix = config.mixOr(LoadConfig.DAY);
        run(
                load("soak", orExit(() -> journeys.mixed(mix))),
                orExit(() -> audit.of(mix)).exec(Rest.verdict(() -> drift().objection())));
    }

    @Override
    protected List<String> findings() {
        return List.of(drift().summary());
    }

    private Drift drift() {
        int warm = (int) config.ramp().toSeconds();
        return Drift.of(world.timeline(), warm, warm + (int) config.duration().toSeconds());
    }
}
