package io.sluice.loadtests.simulations;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.sluice.loadtests.InvalidSettingException;
import io.sluice.loadtests.LoadConfig;
import io.sluice.loadtests.deployment.NotReadyException;
import io.sluice.loadtests.endpoints.Protocols;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What all simulations share: the configuration, the two load models, the limits. */
abstract class LoadSimulation extends Simulation {

    /** The exit status of a run that could not start: neither success nor a failed assertion. */
    private static final int NOT_STARTED = 3;

    protected final LoadConfig config = orExit(LoadConfig::ofProcess);

    /** Ends the process with one line when the deployment or the configuration is not as it must be. */
    static <T> T orExit(Supplier<T> preparation) {
        try {
            return preparation.get();
        } catch (InvalidSettingException | NotReadyException e) {
            System.err.println("load test not started: " + e.getMessage());
            System.exit(NOT_STARTED);
            throw e;
        }
    }

    /** The load of the configuration: so many users that go on all the time, or so many arriving every second. */
    protected PopulationBuilder load(String name, ChainBuilder journey) {
        Double rate = config.rate();
        return rate == null ? closed(name, journey) : open(scenario(name).exec(journey), rate);
    }

    /** The load, then the audit alone. */
    protected SetUp run(PopulationBuilder load, ScenarioBuilder audit) {
        return setUp(load.andThen(audit.injectOpen(atOnceUsers(1))))
                .protocols(Protocols.of(config))
                .assertions(limits());
    }

    private PopulationBuilder closed(String name, ChainBuilder journey) {
        Window window = new Window(config.ramp().plus(config.duration()));
        ScenarioBuilder users =
                scenario(name).exec(asLongAs(session -> window.open()).on(journey));
        return config.ramp().isZero()
                ? users.injectOpen(atOnceUsers(config.users()))
                : users.injectOpen(rampUsers(config.users()).during(config.ramp()));
    }

    private PopulationBuilder open(ScenarioBuilder users, double rate) {
        return config.ramp().isZero()
                ? users.injectOpen(constantUsersPerSec(rate).during(config.duration()))
                : users.injectOpen(
                        rampUsersPerSec(rate / 10).to(rate).during(config.ramp()),
                        constantUsersPerSec(rate).during(config.duration()));
    }

    private List<Assertion> limits() {
        List<Assertion> limits = new ArrayList<>();
        limits.add(
                config.limits().errorPercent() == 0
                        ? global().failedRequests().count().is(0L)
                        : global().failedRequests()
                                .percent()
                                .lte(config.limits().errorPercent()));
        if (config.limits().p99() != null) {
            limits.add(global().responseTime().percentile(99).lte((int)
                    config.limits().p99().toMillis()));
        }
        return limits;
    }
}
