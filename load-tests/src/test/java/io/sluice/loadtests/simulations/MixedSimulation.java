package io.sluice.loadtests.simulations;

import io.sluice.loadtests.deployment.Accounts;
import io.sluice.loadtests.deployment.DemoTables;
import io.sluice.loadtests.deployment.Gateway;
import io.sluice.loadtests.scenarios.Audit;
import io.sluice.loadtests.scenarios.Journeys;
import io.sluice.loadtests.scenarios.World;

/** Point reads, pages, streams, ingest, transfers and reads of own writes by the weights of {@code load.mix}. */
public class MixedSimulation extends LoadSimulation {

    {
        World world = orExit(this::world);
        Journeys journeys = new Journeys(world);
        run(load("mixed", journeys.mixed(config.mix())), new Audit(world, journeys).moneyAndRows());
    }

    private World world() {
        Gateway gateway = new Gateway(config);
        DemoTables tables = DemoTables.discover(gateway, config);
        Accounts accounts =
                Accounts.open(gateway, config.sizes().accounts(), config.sizes().funds());
        return new World(config, tables, accounts);
    }
}
