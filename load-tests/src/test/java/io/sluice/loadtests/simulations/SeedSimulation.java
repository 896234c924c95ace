package io.sluice.loadtests.simulations;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.sluice.loadtests.LoadConfig;
import io.sluice.loadtests.data.Customers;
import io.sluice.loadtests.data.Orders;
import io.sluice.loadtests.deployment.DemoTables;
import io.sluice.loadtests.deployment.Gateway;
import io.sluice.loadtests.endpoints.Ingest;
import io.sluice.loadtests.endpoints.Protocols;
import io.sluice.loadtests.endpoints.Refusals;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Adds rows to {@code customers} and {@code orders} of any deployment through {@code /ingest/v1}. */
public final class SeedSimulation extends Simulation {

    private static final int BATCH = 5_000;
    private static final int USERS = 2;

    private final LoadConfig config = LoadSimulation.orExit(LoadConfig::ofProcess);
    private final Gateway gateway = new Gateway(config);
    private final String mark = "seed" + Long.toString(System.currentTimeMillis(), 36);
    private final Customers customers = new Customers(mark);
    private @Nullable Orders orders;

    {
        LoadSimulation.orExit(() -> {
            DemoTables.requireTables(gateway, config);
            return config;
        });
        setUp(table("customers", config.seed().customers(), customers::ndjson)
                        .andThen(table("orders", config.seed().orders(), this::orders)))
                .protocols(Protocols.of(config, new Refusals()))
                .assertions(global().failedRequests().count().is(0L));
    }

    private static PopulationBuilder table(String table, int rows, IntFunction<String> lines) {
        AtomicInteger left = new AtomicInteger(rows);
        return scenario(table)
                .exec(asLongAs(session -> left.get() > 0 && !session.isFailed())
                        .on(exec(session -> portion(session, left, lines))
                                .doIf(session -> session.getInt("rows") > 0)
                                .then(Ingest.rows(table, committed -> {}))))
                .injectOpen(atOnceUsers(USERS));
    }

    private static Session portion(Session session, AtomicInteger left, IntFunction<String> lines) {
        int before = left.getAndUpdate(rows -> Math.max(0, rows - BATCH));
        int rows = Math.min(BATCH, before);
        return session.set("rows", rows).set("lines", rows == 0 ? "" : lines.apply(rows));
    }

    private String orders(int rows) {
        return knownCustomers().ndjson(rows, ThreadLocalRandom.current());
    }

    /** The customers are looked up when the first order needs one: only then are they all there. */
    private synchronized Orders knownCustomers() {
        if (orders == null) {
            orders = new Orders(mark, DemoTables.known(gateway, config, "customers"));
        }
        return orders;
    }
}
