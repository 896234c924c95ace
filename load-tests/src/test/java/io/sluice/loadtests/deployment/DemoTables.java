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

    /** @throws NotReadyException when there is no gateway or no such table; the tables may be empty */
    public static void requireTables(Gateway gateway, LoadConfig config) {
        newest(gateway, config, "customers", 1);
        newest(gateway, config, "orders", 1);
    }

    /**
     * The newest ids of a table.
     *
     * @throws NotReadyException when it is not there or empty
     */
    public static KnownIds known(Gateway gateway, LoadConfig config, String table) {
        List<JsonNode> rows = newest(gateway, config, table, config.sizes().knownIds());
        if (rows.isEmpty()) {
            throw new NotReadyException("the table '" + table + "' at " + config.url() + " is empty; fill it with"
                    + " ./mvnw -pl load-tests gatling:test"
                    + " -Dgatling.simulationClass=io.sluice.loadtests.simulations.SeedSimulation");
        }
        return new KnownIds(
                rows.stream().mapToLong(row -> Rows.longOf(row, "id")).toArray());
    }

    private static List<JsonNode> newest(Gateway gateway, LoadConfig config, String table, int limit) {
        String path = "/rest/v1/" + table + "?select=id&order=id.desc&limit=" + limit;
        HttpResponse<String> response = gateway.get(path);
        if (response.statusCode() == 404) {
            throw new NotReadyException("the gateway at " + config.url() + " has no table '" + table
                    + "'; start it with its demo data, or create customers and orders as load-tests/README.md says");
        }
        return gateway.rows(path, response);
    }
}
