package io.sluice.loadtests.simulations;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.sluice.loadtests.Mix;
import io.sluice.loadtests.data.KnownIds;
import io.sluice.loadtests.endpoints.Rest;
import io.sluice.loadtests.streams.StreamReaders;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Streams that are read as fast as they come, among point reads that must not starve; beside them readers that are slow and
 * readers that leave in the middle and come again. Every stream that is read to its end must be complete.
 */
public final class StreamSimulation extends LoadSimulation {

    private final int slowRows =
            Math.min(config.readers().slowRows(), world.tables().orders().size() / 2);
    private final StreamReaders slow = new StreamReaders(config, this::slowPath);
    private final StreamReaders leaving = new StreamReaders(config, () -> "/rest/v1/orders?order=id.asc");

    {
        Mix mix = config.mixOr(Mix.parse("streams=50,points=50"));
        run(
                load("streams", orExit(() -> journeys.mixed(mix))),
                scenario("verdict")
                        .exec(exec(session -> {
                            slow.close();
                            leaving.close();
                            return session;
                        }))
                        .exec(asLongAs(session -> slow.reading() + leaving.reading() > 0)
                                .on(pause(Duration.ofMillis(100))))
                        .exec(Rest.verdict(() -> slow.objection() == null ? leaving.objection() : slow.objection())));
    }

    @Override
    public void before() {
        slow.slow(config.readers().slow(), config.readers().pause(), slowRows);
        leaving.leaving(config.readers().leaving(), 1);
    }

    @Override
    protected List<String> findings() {
        return List.of("slow readers: " + slow.summary(), "leaving readers: " + leaving.summary());
    }

    private String slowPath() {
        KnownIds orders = world.tables().orders();
        long after = orders.followedBy(slowRows, ThreadLocalRandom.current());
        return "/rest/v1/orders?id=gt." + after + "&order=id.asc&limit=" + slowRows;
    }
}
