package io.sluice.loadtests.scenarios;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.tryMax;
import static io.gatling.javaapi.core.CoreDsl.uniformRandomSwitch;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Choice;
import io.gatling.javaapi.core.Session;
import io.sluice.loadtests.Flow;
import io.sluice.loadtests.Mix;
import io.sluice.loadtests.checks.Rows;
import io.sluice.loadtests.checks.Walk;
import io.sluice.loadtests.data.KnownIds;
import io.sluice.loadtests.endpoints.CustomerPages;
import io.sluice.loadtests.endpoints.Ingest;
import io.sluice.loadtests.endpoints.Rest;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One chain for each flow: draws its keys, sends its requests, checks what came. */
public final class Journeys {

    private static final String BEGUN = "begun";
    private static final int CLOSING_ATTEMPTS = 30;
    private static final Duration CLOSING_PAUSE = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

    private final World world;
    private @Nullable Transfers transfers;

    public Journeys(World world) {
        this.world = world;
    }

    /** One journey drawn by the weights of the mix. */
    public ChainBuilder mixed(Mix mix) {
        return randomSwitch()
                .on(mix.percents().entrySet().stream()
                        .map(share -> new Choice.WithWeight(share.getValue(), of(share.getKey())))
                        .toList());
    }

    /** One journey of this kind. */
    public ChainBuilder of(Flow flow) {
        return measured(flow.key(), chain(flow));
    }

    /** A chain as a journey of its own: its time and its failure go into the timeline. */
    ChainBuilder measured(String kind, ChainBuilder chain) {
        return exec(this::begin).exec(chain).exec(session -> end(session, kind)).exec(calmDown());
    }

    private ChainBuilder chain(Flow flow) {
        return switch (flow) {
            case POINTS -> points();
            case PAGES -> pages();
            case EMBEDS -> embeds();
            case STREAMS -> streams();
            case INGEST -> ingest();
            case TRANSFERS -> transfers().one();
            case READ_YOUR_WRITES -> readYourWrites();
        };
    }

    private Session begin(Session session) {
        return session.markAsSucceeded().set(BEGUN, world.timeline().begin());
    }

    private Session end(Session session, String kind) {
        world.timeline().end(session.getLong(BEGUN), kind, session.isFailed());
        return session;
    }

    private ChainBuilder points() {
        return uniformRandomSwitch()
                .on(
                        point("orders", world.tables().orders()),
                        point("customers", world.tables().customers()));
    }

    private static ChainBuilder point(String table, KnownIds ids) {
        return exec(session -> session.set("id", ids.any(ThreadLocalRandom.current())))
                .exec(Rest.point(table));
    }

    private ChainBuilder pages() {
        KnownIds customers = world.tables().customers();
        return exec(session -> session.set("customer", customers.any(ThreadLocalRandom.current())))
                .exec(Rest.page(world.sizes().pageRows()));
    }

    private ChainBuilder embeds() {
        Walk.Shape shape = world.sizes().walk();
        return exec(this::beginWalk)
                .exec(CustomerPages.first(shape))
                .exec(asLongAs(Journeys::goesOn).on(CustomerPages.next()))
                .doIf(session -> !session.isFailed())
                .then(CustomerPages.ordersAlone(shape));
    }

    private Session beginWalk(Session session) {
        KnownIds customers = world.tables().customers();
        Walk.Shape shape = world.sizes().walk();
        int rows = shape.pages() * shape.customers();
        long after = customers.followedBy(1, ThreadLocalRandom.current());
        return session.set("after", after)
                .set("newest", world.tables().orders().newest())
                .set("walk", new Walk(shape, after, customers.rowsAfter(after, rows)));
    }

    private static boolean goesOn(Session session) {
        return !session.isFailed()
                && !CustomerPages.walk(session).complete()
                && !CustomerPages.END.equals(session.getString("next"));
    }

    private ChainBuilder streams() {
        KnownIds orders = world.tables().orders();
        int rows = world.sizes().streamRows();
        return exec(session -> {
                    long after = orders.followedBy(rows, ThreadLocalRandom.current());
                    return session.set("after", after).set("atLeast", orders.rowsAfter(after, rows));
                })
                .exec(Rest.stream(rows));
    }

    private ChainBuilder ingest() {
        int rows = world.sizes().ingestRows();
        return exec(session -> sending(session, rows)
                        .set("rows", rows)
                        .set("lines", world.orders().ndjson(rows, ThreadLocalRandom.current())))
                .exec(Ingest.rows("orders", world::stored));
    }

    /** Created at the first use, so that simulations without transfers need no ledger. */
    private Transfers transfers() {
        if (transfers == null) {
            transfers = new Transfers(world);
        }
        return transfers;
    }

    private Session sending(Session session, int rows) {
        world.sending(rows);
        return session;
    }

    /** Finds out what became of transfers that got no good answer. */
    ChainBuilder settle() {
        return transfers().settle();
    }

    /** The transfer that an audit begins with; saves the {@code token}. Goes on until the gateway takes it. */
    ChainBuilder closingTransfer() {
        return patiently(transfers().withToken());
    }

    /** The order that an audit begins with; saves the {@code token}. Goes on until the gateway takes it. */
    ChainBuilder closingOrder() {
        return patiently(insert());
    }

    private static ChainBuilder patiently(ChainBuilder write) {
        return tryMax(CLOSING_ATTEMPTS)
                .on(pause(session -> session.isFailed() ? CLOSING_PAUSE : Duration.ZERO)
                        .exec(write))
                .exitHereIfFailed();
    }

    /** Inserts one order; saves its {@code id} and the {@code token}. */
    ChainBuilder insert() {
        return exec(session ->
                        session.set("customer", world.tables().customers().any(ThreadLocalRandom.current())))
                .exec(insertFor());
    }

    /** The same for the {@code customer} of the session. */
    ChainBuilder insertFor() {
        return exec(session -> sending(session, 1).set("item", world.orders().nextItem()))
                .exec(Rest.insert(this::order))
                .exec(session -> {
                    if (!session.isFailed()) {
                        world.stored(1);
                    }
                    return session;
                });
    }

    private ChainBuilder readYourWrites() {
        return insert().doIf(session -> !session.isFailed())
                .then(Rest.withToken(
                        "read your write", (row, session) -> Rows.sameText(row, "item", session.getString("item"))));
    }

    private String order(Session session) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return world.orders().json(session.getLong("customer"), session.getString("item"), random);
    }

    /** A user whose request failed waits a little, so that a dead gateway is not answered by a storm. */
    private static ChainBuilder calmDown() {
        return doIf(Session::isFailed).then(pause(AFTER_FAILURE));
    }
}
