package io.sluice.loadtests.patterns;

import java.util.List;

/** The primary and its replicas, with tables that the patterns use. */
record Servers(Database primary, List<Database> replicas) implements AutoCloseable {

    static final int CUSTOMERS = 10_000;
    static final int ORDERS = 200_000;

    static Servers of(List<String> urls) {
        Servers servers = new Servers(
                new Database(urls.get(0)),
                urls.subList(1, urls.size()).stream().map(Database::new).toList());
        servers.fill();
        return servers;
    }

    private void fill() {
        primary.execute(
                "CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL)",
                "INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, " + CUSTOMERS + ") n",
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers,"
                        + " amount bigint NOT NULL, created_at timestamptz NOT NULL)",
                "INSERT INTO orders SELECT n, 1 + (n * 7919) % " + CUSTOMERS + ", n % 1000,"
                        + " timestamptz '2026-01-01' + n * interval '1 minute' FROM generate_series(1, " + ORDERS
                        + ") n",
                "CREATE TABLE unindexed AS SELECT * FROM orders",
                "CREATE TABLE misindexed AS SELECT * FROM orders",
                "CREATE INDEX ON misindexed (created_at, customer_id)",
                "CREATE INDEX orders_of_customer ON orders (customer_id, created_at)",
                "CREATE TABLE inserted (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a bigint, b text)",
                "CREATE TABLE registers (id bigint PRIMARY KEY, value bigint NOT NULL)",
                "INSERT INTO registers SELECT n, 0 FROM generate_series(1, 1000) n",
                "CREATE TABLE accounts (id bigint PRIMARY KEY, balance bigint NOT NULL)",
                "INSERT INTO accounts SELECT n, 1000000000 FROM generate_series(1, 10) n",
                "VACUUM ANALYZE");
    }

    /** Closes all pools; more may be opened after it. */
    @Override
    public void close() {
        primary.close();
        replicas.forEach(Database::close);
    }
}
