package io.sluice.loadtests.simulations;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.OpenInjectionStep;
import io.sluice.loadtests.Flow;
import io.sluice.loadtests.Mix;
import io.sluice.loadtests.endpoints.Rest;
import io.sluice.loadtests.report.Knee;
import io.sluice.loadtests.report.Mark;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Offers more and more journeys a second, whatever is answered, until that no longer works, and says where the knee is.
 * Arrivals stop when a level behind the knee is over. Failures at an overloaded level are no failure of the run; a knee
 * below {@code load.knee.min} is one.
 */
public final class SaturationSimulation extends LoadSimulation {

    /** So many journeys under way at once are overload by themselves; more would only fill the memory of this machine. */
    private static final int IN_FLIGHT_MAX = 5_000;

    private final Levels levels = new Levels(
            config.levels().from(), config.levels().factor(), config.levels().count(), (int)
                    Math.max(1, config.levels().length().toSeconds()));

    private volatile int evaluatedAt;
    private volatile boolean over;

    private final Mix mix = config.mixOr(Mix.only(Flow.POINTS));

    {
        ChainBuilder journey = orExit(() -> journeys.mixed(mix));
        OpenInjectionStep[] steps = levels.rates().stream()
                .map(rate -> constantUsersPerSec(rate).during(Duration.ofSeconds(levels.seconds())))
                .toArray(OpenInjectionStep[]::new);
        run(
                scenario("saturation")
                        .exec(doIf(session -> admits()).then(journey))
                        .injectOpen(steps),
                orExit(() -> audit.of(mix)).exec(Rest.verdict(this::objection)));
    }

    @Override
    protected List<Assertion> limits() {
        return onlyTheAudit(mix);
    }

    @Override
    protected List<String> findings() {
        return List.of(knee().summary());
    }

    @Override
    protected List<Mark> marks() {
        return IntStream.range(0, levels.rates().size())
                .mapToObj(level -> new Mark(
                        level * levels.seconds(),
                        "%.0f/s".formatted(levels.rates().get(level))))
                .filter(mark -> mark.second() < world.timeline().now())
                .toList();
    }

    private boolean admits() {
        int now = world.timeline().now();
        if (now != evaluatedAt) {
            evaluatedAt = now;
            over = over || knee().broken() != null;
        }
        return !over && world.timeline().inFlight() < IN_FLIGHT_MAX;
    }

    private Knee knee() {
        return Knee.of(levels.reached(world.timeline(), world.timeline().now()));
    }

    @Nullable
    private String objection() {
        Knee knee = knee();
        if (knee.knee() == null) {
            return knee.summary();
        }
        return knee.knee().reached().rate() < config.levels().kneeMin()
                ? knee.summary() + ", below the " + config.levels().kneeMin() + "/s of load.knee.min"
                : null;
    }
}
