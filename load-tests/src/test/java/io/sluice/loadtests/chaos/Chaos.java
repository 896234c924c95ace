package io.sluice.loadtests.chaos;

import io.sluice.loadtests.deployment.NotReadyException;
import io.sluice.loadtests.report.Mark;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** A cluster with the demo tables, a gateway in front of it, and faults on a schedule. */
public final class Chaos implements AutoCloseable {

    private static final String TABLES = """
            CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, \
            email text NOT NULL UNIQUE, created_at timestamptz NOT NULL DEFAULT now()); \
            CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
            customer_id bigint NOT NULL REFERENCES customers, item text NOT NULL, amount numeric(12,2) NOT NULL, \
            status text NOT NULL, created_at timestamptz NOT NULL DEFAULT now()); \
            CREATE INDEX ON orders (customer_id); \
            INSERT INTO customers (name, email) \
            SELECT 'Customer ' || i, 'customer' || i || '@example.com' FROM generate_series(1, 1000) i; \
            INSERT INTO orders (customer_id, item, amount, status) \
            SELECT 1 + i % 1000, 'item-' || i, i % 1000, 'new' FROM generate_series(1, 50000) i""";

    private final FaultScript script;
    private final ClusterProcess cluster;
    private final GatewayProcess gateway;
    private final List<Mark> marks = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "faults");
        thread.setDaemon(true);
        return thread;
    });

    private Chaos(FaultScript script, ClusterProcess cluster, GatewayProcess gateway) {
        this.script = script;
        this.cluster = cluster;
        this.gateway = gateway;
    }

    /**
     * Starts everything; the logs go to {@code target/chaos}.
     *
     * @param jar the gateway's
     * @throws NotReadyException when something does not start
     */
    public static Chaos start(FaultScript script, Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new NotReadyException("there is no " + jar.toAbsolutePath()
                    + "; build it with ./mvnw -q package -Pfast -pl gateway -am, or name it with -Dload.chaos.jar");
        }
        Path logs = logs();
        ClusterProcess cluster = new ClusterProcess(jar.toAbsolutePath(), logs.resolve("cluster.log"));
        String created = cluster.command("sql primary " + TABLES);
        if (!created.startsWith("ok")) {
            throw new NotReadyException("the demo tables cannot be created: " + created);
        }
        GatewayProcess gateway = new GatewayProcess(jar.toAbsolutePath(), logs.resolve("gateway.log"), cluster.urls());
        gateway.start();
        gateway.awaitReady();
        return new Chaos(script, cluster, gateway);
    }

    public URI url() {
        return gateway.url();
    }

    /**
     * Lets the faults happen from now on.
     *
     * @param second tells the time of the load, for the marks
     */
    public void unleash(IntSupplier second) {
        for (FaultScript.Fault fault : script.faults()) {
            timer.schedule(() -> make(fault, second), fault.at().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** The faults that have happened. */
    public List<Mark> marks() {
        return List.copyOf(marks);
    }

    /** Faults that could not be made; a run with such a one has shown nothing. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        gateway.close();
        cluster.close();
    }

    private void make(FaultScript.Fault fault, IntSupplier second) {
        marks.add(new Mark(second.getAsInt(), fault.command()));
        try {
            String answer = fault.command().startsWith("gateway ")
                    ? gateway(fault.command().substring("gateway ".length()).trim(), second)
                    : cluster.command(fault.command());
            System.out.println("Fault: " + fault.command() + ": " + answer);
            if (!answer.startsWith("ok")) {
                errors.add(answer);
            }
        } catch (RuntimeException e) {
            errors.add(fault.command() + ": " + e.getMessage());
        }
    }

    private String gateway(String command, IntSupplier second) {
        switch (command) {
            case "kill" -> gateway.kill();
            case "start" -> startGateway(second);
            case "restart" -> {
                gateway.close();
                startGateway(second);
            }
            default -> {
                return "error: the gateway can kill, start and restart, not '" + command + "'";
            }
        }
        return "ok";
    }

    private void startGateway(IntSupplier second) {
        gateway.start();
        gateway.awaitReady();
        marks.add(new Mark(second.getAsInt(), "gateway is ready"));
    }

    private static Path logs() {
        try {
            return Files.createDirectories(Path.of("target", "chaos")).toAbsolutePath();
        } catch (IOException e) {
            throw new NotReadyException("target/chaos cannot be created: " + e.getMessage());
        }
    }
}
