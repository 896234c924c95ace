package io.sluice.loadtests.simulations;

import io.gatling.javaapi.core.Assertion;
import io.sluice.loadtests.LoadConfig;
import io.sluice.loadtests.Mix;
import io.sluice.loadtests.chaos.Chaos;
import io.sluice.loadtests.chaos.FaultScript;
import io.sluice.loadtests.endpoints.Content;
import io.sluice.loadtests.endpoints.Rest;
import io.sluice.loadtests.report.FaultEffects;
import io.sluice.loadtests.report.Mark;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mix against a gateway and a cluster that the run starts for itself, while the faults of {@code load.chaos.script}
 * happen. Requests may fail; wrong content, lost or doubled money and rows may not, and after the last fault everything must
 * be answered again.
 */
public final class ChaosSimulation extends LoadSimulation {

    private static final double ORDINARY_RATE = 40;
    private static final Duration AFTER_LAST_FAULT = Duration.ofSeconds(45);
    private static final int CALM_SECONDS = 5;

    private static @Nullable Chaos started;

    private final Chaos chaos;

    public ChaosSimulation() {
        super(ChaosSimulation::start);
        this.chaos = chaos();
        Mix mix = config.mixOr(LoadConfig.DAY);
        run(
                load("chaos", orExit(() -> journeys.mixed(mix))),
                orExit(() -> audit.of(mix)).exec(Rest.verdict(this::objection)));
    }

    private static LoadConfig start(LoadConfig config) {
        FaultScript script = FaultScript.read(config.chaos().script());
        started = Chaos.start(script, Path.of(config.chaos().jar()));
        return config.against(
                chaos().url(),
                config.rate() == null ? ORDINARY_RATE : config.rate(),
                script.length().plus(AFTER_LAST_FAULT).minus(config.ramp()));
    }

    private static Chaos chaos() {
        if (started == null) {
            throw new IllegalStateException("nothing was started");
        }
        return started;
    }

    @Override
    public void before() {
        chaos.unleash(() -> world.timeline().now());
    }

    @Override
    public void after() {
        super.after();
        chaos.close();
    }

    @Override
    protected List<Assertion> limits() {
        return onlyTheAudit(config.mixOr(LoadConfig.DAY));
    }

    @Override
    protected List<Mark> marks() {
        return chaos.marks();
    }

    @Override
    protected List<String> findings() {
        List<String> findings = new ArrayList<>(chaos.errors());
        findings.addAll(FaultEffects.of(world.timeline(), chaos.marks(), end()));
        findings.add(Content.wrongCount() + " answers with wrong content");
        return findings;
    }

    private int end() {
        return (int) config.ramp().plus(config.duration()).toSeconds();
    }

    @Nullable
    private String objection() {
        if (!chaos.errors().isEmpty()) {
            return "a fault could not be made: " + chaos.errors().get(0);
        }
        if (Content.wrongCount() > 0) {
            return Content.wrongCount() + " answers had wrong content";
        }
        long failed = world.timeline().span(end() - CALM_SECONDS, end()).failed();
        return failed == 0
                ? null
                : failed + " journeys failed in the last " + CALM_SECONDS + " s, long after the last fault";
    }
}
