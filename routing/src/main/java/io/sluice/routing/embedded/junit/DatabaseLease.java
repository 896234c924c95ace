package io.sluice.routing.embedded.junit;

import io.sluice.routing.embedded.PostgresCluster;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** A test class's database, from its first use until the class ends. */
record DatabaseLease(TestDatabase database, boolean ownsCluster) implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    /** PostgreSQL cuts names after 63 bytes; the number must survive. */
    private static final int NAME_LENGTH = 50;

    static DatabaseLease take(Store shared, Class<?> testClass, PostgresTest wanted) {
        PostgresCluster cluster = wanted.ownCluster()
                ? Clusters.start(wanted.replicas(), wanted.relays(), wanted.settings())
                : shared.computeIfAbsent(SharedCluster.class, key -> new SharedCluster(), SharedCluster.class)
                        .withReplicas(wanted.replicas());
        String name = databaseName(testClass);
        cluster.primary().query("postgres", "CREATE DATABASE " + name);
        return new DatabaseLease(new TestDatabase(cluster, name, wanted.replicas()), wanted.ownCluster());
    }

    private static String databaseName(Class<?> testClass) {
        String words = testClass
                .getSimpleName()
                .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("\\W", "_")
                .toLowerCase(Locale.ROOT);
        return words.substring(0, Math.min(words.length(), NAME_LENGTH)) + "_" + NUMBER.incrementAndGet();
    }

    @Override
    public void close() {
        if (ownsCluster) {
            database.cluster().close();
        } else {
            database.cluster().primary().query("postgres", "DROP DATABASE " + database.name() + " WITH (FORCE)");
        }
    }
}
