package io.sluice.loadtests.simulations;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
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
import io.sluice.loadtests.Mix;
import io.sluice.loadtests.deployment.NotReadyException;
import io.sluice.loadtests.endpoints.Protocols;
import io.sluice.loadtests.endpoints.Refusals;
import io.sluice.loadtests.endpoints.Rest;
import io.sluice.loadtests.report.Mark;
import io.sluice.loadtests.report.Timeline;
import io.sluice.loadtests.report.TimelineReport;
import io.sluice.loadtests.scenarios.Audit;
import io.sluice.loadtests.scenarios.Journeys;
import io.sluice.loadtests.scenarios.World;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What all simulations share: the configuration, the two load models, the limits, the timeline. */
abstract class LoadSimulation extends Simulation {

    /** The exit status of a run that could not start: neither success nor a failed assertion. */
    private static final int NOT_STARTED = 3;

    private static final int SPANS_MAX = 240;

    protected final LoadConfig config;
    protected final World world;
    protected final Journeys journeys;
    protected final Audit audit;
    private final Refusals refusals = new Refusals();

    LoadSimulation() {
        this(config -> config);
    }

    /** @param preparation what has to be there before the deployment can be looked at */
    LoadSimulation(UnaryOperator<LoadConfig> preparation) {
        config = orExit(() -> preparation.apply(LoadConfig.ofProcess()));
        world = orExit(() -> World.discover(config));
        journeys = new Journeys(world);
        audit = new Audit(world, journeys);
    }

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

    /** Sentences for the head of the timeline; called once, after the run. */
    protected List<String> findings() {
        return List.of();
    }

    /** What is marked on the timeline; called once, after the run. */
    protected List<Mark> marks() {
        return List.of();
    }

    /** The load of the configuration: so many users that go on all the time, or so many arriving every second. */
    protected PopulationBuilder load(String name, ChainBuilder journey) {
        Double rate = config.rate();
        return rate == null ? closed(name, journey) : open(name, journey, rate);
    }

    /** The load and nothing after it. */
    protected void run(PopulationBuilder load) {
        setUp(load).protocols(Protocols.of(config, refusals)).assertions(limits());
    }

    /** The load, then alone what judges it. */
    protected void run(PopulationBuilder load, ScenarioBuilder judge) {
        run(load.andThen(judge.injectOpen(atOnceUsers(1))));
    }

    protected List<Assertion> limits() {
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

    /** Failures under load are part of the test: only the verdict and the audit count. */
    protected static List<Assertion> onlyTheAudit(Mix mix) {
        return Stream.concat(Stream.of(Rest.VERDICT), Audit.requests(mix).stream())
                .map(request -> details(request).failedRequests().count().is(0L))
                .toList();
    }

    @Override
    public void after() {
        Timeline timeline = world.timeline();
        int length = Math.max(1, (timeline.now() + SPANS_MAX - 1) / SPANS_MAX);
        Path directory = Path.of("target", "timeline", name().toLowerCase() + "-" + now());
        List<String> findings = new ArrayList<>(findings());
        findings.addAll(audit.summary());
        findings.addAll(refusals.summary());
        new TimelineReport(name() + " of " + config.url(), findings, timeline.spans(length), marks()).write(directory);
        findings.forEach(System.out::println);
        System.out.println(
                "Timeline: " + directory.resolve("index.html").toAbsolutePath().toUri());
    }

    private PopulationBuilder closed(String name, ChainBuilder journey) {
        Window window = new Window(config.ramp().plus(config.duration()));
        ScenarioBuilder users =
                scenario(name).exec(asLongAs(session -> window.open()).on(journey));
        return config.ramp().isZero()
                ? users.injectOpen(atOnceUsers(config.users()))
                : users.injectOpen(rampUsers(config.users()).during(config.ramp()));
    }

    private PopulationBuilder open(String name, ChainBuilder journey, double rate) {
        ScenarioBuilder users = scenario(name).exec(journey);
        return config.ramp().isZero()
                ? users.injectOpen(constantUsersPerSec(rate).during(config.duration()))
                : users.injectOpen(
                        rampUsersPerSec(rate / 10).to(rate).during(config.ramp()),
                        constantUsersPerSec(rate).during(config.duration()));
    }

    private String name() {
        return getClass().getSimpleName().replace("Simulation", "");
    }

    private static String now() {
        return LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    }
}
