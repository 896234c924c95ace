package io.sluice.loadtests.scenarios;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.uniformRandomSwitch;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.sluice.loadtests.checks.Freshness;
import io.sluice.loadtests.checks.Freshness.Written;
import io.sluice.loadtests.data.KnownIds;
import io.sluice.loadtests.endpoints.Rest;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Many users write and read orders of the same few customers. A reader takes the newest token that anybody got for the
 * customer and must see at least the order that came with it. Reads without a token may be older: they are only counted, to
 * show what the tokens are for.
 */
public final class FreshReads {

    private static final int CUSTOMERS = 50;
    private static final String EXPECTED = "expected";

    private final World world;
    private final Journeys journeys;
    private final Freshness freshness = new Freshness();
    private final LongAdder plainReads = new LongAdder();
    private final LongAdder plainOlder = new LongAdder();

    public FreshReads(World world, Journeys journeys) {
        this.world = world;
        this.journeys = journeys;
    }

    /** One write, one read with a token, or one without, of one of the customers. */
    public ChainBuilder one() {
        return exec(this::draw)
                .exec(uniformRandomSwitch()
                        .on(
                                journeys.measured("write", write()),
                                journeys.measured("read with token", read()),
                                journeys.measured("read without token", plainRead())));
    }

    /** One sentence. */
    public String summary() {
        return freshness.freshCount() + " reads with a token were fresh, " + freshness.staleCount() + " stale; of "
                + plainReads.sum() + " reads without one, " + plainOlder.sum() + " were older than the newest write";
    }

    private Session draw(Session session) {
        KnownIds customers = world.tables().customers();
        int number = ThreadLocalRandom.current().nextInt(Math.min(CUSTOMERS, customers.size()));
        return session.set("customer", customers.at(number));
    }

    private ChainBuilder write() {
        return journeys.insertFor().exec(session -> {
            if (!session.isFailed()) {
                freshness.acknowledged(session.getLong("customer"), session.getLong("id"), session.getString("token"));
            }
            return session;
        });
    }

    private ChainBuilder read() {
        return exec(this::expect)
                .doIf(session -> session.contains(EXPECTED))
                .then(Rest.newestOfWithToken(
                        "read with token",
                        (seen, session) ->
                                freshness.judge(session.getLong("customer"), session.<Written>get(EXPECTED), seen)));
    }

    private ChainBuilder plainRead() {
        return exec(this::expect).exec(Rest.newestOf("read without token", this::countOlder));
    }

    private Session expect(Session session) {
        @Nullable Written expected = freshness.expected(session.getLong("customer"));
        return expected == null
                ? session.remove(EXPECTED)
                : session.set(EXPECTED, expected).set("token", expected.token());
    }

    private void countOlder(long seen, Session session) {
        plainReads.increment();
        if (session.contains(EXPECTED) && seen < session.<Written>get(EXPECTED).version()) {
            plainOlder.increment();
        }
    }
}
