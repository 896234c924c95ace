package io.sluice.loadtests.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.loadtests.LoadConfig;
import io.sluice.loadtests.checks.Rows;
import io.sluice.loadtests.data.KnownIds;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * The tables that the simulations work on, as they are when the test starts.
 *
 * @param customers ids of customers
 * @param orders ids of orders
 */
public record DemoTables(KnownIds customers, KnownIds orders) {

    /** @throws NotReadyException when there is no gateway, no such table, or no row in it */
    public static DemoTables discover(Gateway gateway, LoadConfig config) {
        return new DemoTables(known(gateway, config, "customers"), known(gateway, config, "orders"));
    }

    private static KnownIds known(Gateway gateway, LoadConfig config, String table) {
        String newest = "/rest/v1/" + table + "?select=id&order=id.desc&limit=";
        HttpResponse<String> probe = gateway.get(newest + 1);
        if (probe.statusCode() == 404) {
            throw new NotReadyException("the gateway at " + config.url() + " has no table '" + table
                    + "'; start it with its demo data, or create customers and orders as load-tests/README.md says");
        }
        if (probe.statusCode() != 200) {
            throw gateway.unexpected("GET " + newest + 1, probe);
        }
        List<JsonNode> rows = gateway.rows(newest + config.sizes().knownIds());
        if (rows.isEmpty()) {
            throw new NotReadyException("the table '" + table + "' at " + config.url() + " is empty; fill it with"
                    + " ./mvnw -pl load-tests gatling:test"
                    + " -Dgatling.simulationClass=io.sluice.loadtests.simulations.SeedSimulation");
        }
        return new KnownIds(
                rows.stream().mapToLong(row -> Rows.longOf(row, "id")).toArray());
    }
}
