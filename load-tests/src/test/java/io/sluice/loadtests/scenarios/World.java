package io.sluice.loadtests.scenarios;

import io.sluice.loadtests.LoadConfig;
import io.sluice.loadtests.data.Orders;
import io.sluice.loadtests.deployment.Accounts;
import io.sluice.loadtests.deployment.DemoTables;
import java.util.concurrent.atomic.LongAdder;

/** What one run works on and what it has done so far. */
public final class World {

    private final LoadConfig config;
    private final DemoTables tables;
    private final Accounts accounts;
    private final Orders orders;
    private final LongAdder stored = new LongAdder();

    public World(LoadConfig config, DemoTables tables, Accounts accounts) {
        this.config = config;
        this.tables = tables;
        this.accounts = accounts;
        this.orders = new Orders("load" + Long.toString(System.currentTimeMillis(), 36), tables.customers());
    }

    public LoadConfig.Sizes sizes() {
        return config.sizes();
    }

    public DemoTables tables() {
        return tables;
    }

    public Accounts accounts() {
        return accounts;
    }

    public Orders orders() {
        return orders;
    }

    /** The gateway acknowledged so many new orders. */
    public void stored(int rows) {
        stored.add(rows);
    }

    /** How many new orders it acknowledged. */
    public long storedCount() {
        return stored.sum();
    }
}
