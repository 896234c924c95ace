package io.sluice.loadtests.scenarios;

import io.sluice.loadtests.LoadConfig;
import io.sluice.loadtests.data.Orders;
import io.sluice.loadtests.deployment.Accounts;
import io.sluice.loadtests.deployment.DemoTables;
import io.sluice.loadtests.deployment.Gateway;
import io.sluice.loadtests.report.Timeline;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What one run works on and what it has done so far. */
public final class World {

    private final LoadConfig config;
    private final Gateway gateway;
    private final DemoTables tables;
    private final Orders orders;
    private final Timeline timeline = new Timeline(System::nanoTime);
    private final LongAdder sent = new LongAdder();
    private final LongAdder stored = new LongAdder();
    private @Nullable Accounts accounts;

    private World(LoadConfig config, Gateway gateway, DemoTables tables) {
        this.config = config;
        this.gateway = gateway;
        this.tables = tables;
        this.orders = new Orders("load" + Long.toString(System.currentTimeMillis(), 36), tables.customers());
    }

    /**
     * Looks at the deployment.
     *
     * @throws io.sluice.loadtests.deployment.NotReadyException when it cannot be tested as it is
     */
    public static World discover(LoadConfig config) {
        Gateway gateway = new Gateway(config);
        return new World(config, gateway, DemoTables.discover(gateway, config));
    }

    public LoadConfig config() {
        return config;
    }

    public LoadConfig.Sizes sizes() {
        return config.sizes();
    }

    public DemoTables tables() {
        return tables;
    }

    /**
     * The accounts of this run; they are created and funded at the first call.
     *
     * @throws io.sluice.loadtests.deployment.NotReadyException when the ledger does not do that
     */
    public synchronized Accounts accounts() {
        if (accounts == null) {
            accounts = Accounts.open(gateway, sizes().accounts(), sizes().funds());
        }
        return accounts;
    }

    public Orders orders() {
        return orders;
    }

    /** Every journey, by when it ended. */
    public Timeline timeline() {
        return timeline;
    }

    /** So many new orders are about to be sent. */
    void sending(int rows) {
        sent.add(rows);
    }

    /** The gateway acknowledged so many new orders. */
    void stored(int rows) {
        stored.add(rows);
    }

    /** How many new orders were sent: there cannot be more. */
    long sentCount() {
        return sent.sum();
    }

    /** How many new orders were acknowledged: there cannot be fewer. */
    long storedCount() {
        return stored.sum();
    }
}
