package io.sluice.loadtests.simulations;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.ChainBuilder;
import io.sluice.loadtests.LoadConfig;
import io.sluice.loadtests.Mix;
import io.sluice.loadtests.endpoints.Rest;
import io.sluice.loadtests.report.Mark;
import io.sluice.loadtests.report.Spike;
import java.time.Duration;
import java.util.List;

/**
 * An ordinary rate, for a short time many times as much, then the ordinary rate again. What is slow or refused during the
 * spike is no failure; answers that are not as before soon after it are, and so is money that is not right.
 */
public final class SpikeSimulation extends LoadSimulation {

    private static final double ORDINARY_RATE = 50;

    private final int warm = (int) Math.max(2, config.ramp().toSeconds());
    private final int start = warm + (int) Math.max(2, config.duration().toSeconds() / 2);
    private final int end = start + (int) Math.max(1, config.spike().length().toSeconds());
    private final int stop = end + start;

    {
        Mix mix = config.mixOr(LoadConfig.DAY);
        double rate = config.rate() == null ? ORDINARY_RATE : config.rate();
        ChainBuilder journey = orExit(() -> journeys.mixed(mix));
        run(
                scenario("spike")
                        .exec(journey)
                        .injectOpen(
                                constantUsersPerSec(rate).during(Duration.ofSeconds(start)),
                                constantUsersPerSec(rate * config.spike().factor())
                                        .during(Duration.ofSeconds(end - start)),
                                constantUsersPerSec(rate).during(Duration.ofSeconds(stop - end))),
                orExit(() -> audit.of(mix)).exec(Rest.verdict(() -> spike().objection(
                                (int) config.spike().recovery().toSeconds()))));
    }

    @Override
    protected List<Assertion> limits() {
        return onlyTheAudit(config.mixOr(LoadConfig.DAY));
    }

    @Override
    protected List<String> findings() {
        return List.of(spike().summary());
    }

    @Override
    protected List<Mark> marks() {
        return List.of(new Mark(start, "spike"), new Mark(end, "spike over"));
    }

    private Spike spike() {
        return Spike.of(world.timeline(), warm, start, end, stop);
    }
}
