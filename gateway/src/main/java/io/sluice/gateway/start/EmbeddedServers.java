package io.sluice.gateway.start;

import io.sluice.gateway.start.DatabaseSettings.Embedded;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.EmbeddedCluster;
import io.sluice.routing.embedded.EmbeddedClusterBuilder;
import io.sluice.routing.embedded.EmbeddedClusterException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;

/** The servers of the default run: a primary with replicas and demo data. */
final class EmbeddedServers {

    private static final Duration REPLICAS_CATCH_UP = Duration.ofSeconds(60);

    private EmbeddedServers() {}

    /** Starts them; they stop with the context. Runs on the main thread before anything else does, so it may wait. */
    static Databases start(Embedded settings, ConfigurableApplicationContext context) {
        System.out.println("Starting PostgreSQL: a primary and " + settings.replicas() + " replicas");
        EmbeddedCluster cluster = startCluster(settings);
        stopWith(context, cluster);
        if (settings.demo()) {
            createDemoData(cluster, settings.orders());
        }
        return new Databases(
                cluster.primary().address(),
                cluster.replicas().stream().map(ClusterNode::address).toList(),
                true);
    }

    private static EmbeddedCluster startCluster(Embedded settings) {
        EmbeddedClusterBuilder builder = EmbeddedCluster.builder()
                .replicas(settings.replicas())
                .database("demo")
                .stopsWithJvm(false);
        if (settings.port() > 0) {
            builder.ports(IntStream.rangeClosed(0, settings.replicas())
                    .map(i -> settings.port() + i)
                    .toArray());
        }
        String directory = settings.directory();
        if (directory != null) {
            builder.directory(Path.of(directory));
        }
        try {
            return builder.start();
        } catch (EmbeddedClusterException e) {
            throw new StartupException("cannot start the embedded cluster: " + e.getMessage(), e);
        }
    }

    private static void stopWith(ConfigurableApplicationContext context, EmbeddedCluster cluster) {
        context.getBeanFactory().registerSingleton("embeddedCluster", cluster);
        if (context.getBeanFactory() instanceof DefaultSingletonBeanRegistry registry) {
            registry.registerDisposableBean("embeddedCluster", cluster::close);
            registry.registerDependentBean("embeddedCluster", "routing");
        }
    }

    private static void createDemoData(EmbeddedCluster cluster, int orders) {
        try {
            DemoData.create(cluster.primary().address(), orders, done -> progress(done, orders))
                    .toFuture()
                    .join();
        } catch (CompletionException e) {
            throw new StartupException("cannot create demo data: " + e.getMessage(), e);
        }
        cluster.awaitReplicas(REPLICAS_CATCH_UP);
    }

    /** One line that grows, which reads well on a terminal and in a file. */
    private static void progress(int done, int orders) {
        if (done == Math.min(orders, DemoData.STEP)) {
            System.out.printf("Demo data: %,d customers, %,d orders", DemoData.CUSTOMERS, orders);
        }
        System.out.printf(" .. %d %%", 100L * done / orders);
        System.out.print(done == orders ? System.lineSeparator() : "");
        System.out.flush();
    }
}
