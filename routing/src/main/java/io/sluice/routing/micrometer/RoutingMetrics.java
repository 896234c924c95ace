package io.sluice.routing.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingState.NodeReport;
import io.sluice.routing.observe.RoutingEvent;
import io.sluice.routing.observe.RoutingMeters;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers {@link RoutingMeters} for every node of one router, also for those that join later. */
public final class RoutingMetrics implements MeterBinder {

    private static final Logger LOG = LoggerFactory.getLogger(RoutingMetrics.class);

    private final RoutingConnectionFactory factory;

    public RoutingMetrics(RoutingConnectionFactory factory) {
        this.factory = factory;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Set<String> known = ConcurrentHashMap.newKeySet();
        factory.state()
                .nodes()
                .forEach(node -> gauges(registry, known, node.state().node()));
        factory.events()
                .doOnNext(event -> {
                    if (event instanceof RoutingEvent.NodeUp up) {
                        gauges(registry, known, up.node());
                    }
                    count(registry, event);
                })
                .subscribe(event -> {}, error -> LOG.warn("the router's events are no longer counted", error));
    }

    private void gauges(MeterRegistry registry, Set<String> known, String node) {
        if (!known.add(node)) {
            return;
        }
        gauge(
                registry,
                RoutingMeters.NODE_USABLE,
                node,
                report -> report.state().usable() ? 1 : 0);
        gauge(
                registry,
                RoutingMeters.NODE_PRIMARY,
                node,
                report -> node.equals(factory.state().primary()) ? 1 : 0);
        gauge(
                registry,
                RoutingMeters.NODE_LAG,
                node,
                report -> seconds(report.state().lag()));
        gauge(
                registry,
                RoutingMeters.NODE_LAG_BYTES,
                node,
                report -> bytes(report.state().lagBytes()));
        gauge(registry, RoutingMeters.POOL_ACQUIRED, node, report -> report.pool()
                .acquired());
        gauge(registry, RoutingMeters.POOL_IDLE, node, report -> report.pool().idle());
        gauge(registry, RoutingMeters.POOL_PENDING, node, report -> report.pool()
                .pending());
        gauge(registry, RoutingMeters.POOL_MAX, node, report -> report.pool().max());
        gauge(
                registry,
                RoutingMeters.POOL_OLDEST_LEASE,
                node,
                report -> seconds(report.pool().oldestLease()));
    }

    private void gauge(MeterRegistry registry, RoutingMeters meter, String node, ToDoubleFunction<NodeReport> value) {
        Gauge.builder(meter.meterName(), factory, router -> router.state().nodes().stream()
                        .filter(report -> report.state().node().equals(node))
                        .findFirst()
                        .map(value::applyAsDouble)
                        .orElse(Double.NaN))
                .description(meter.description())
                .tag("node", node)
                .register(registry);
    }

    private static void count(MeterRegistry registry, RoutingEvent event) {
        RoutingMeters meter = meter(event);
        if (meter != null) {
            Counter.builder(meter.meterName())
                    .description(meter.description())
                    .tag("node", event.node())
                    .register(registry)
                    .increment();
        }
    }

    private static @Nullable RoutingMeters meter(RoutingEvent event) {
        if (event instanceof RoutingEvent.ReadRetried) {
            return RoutingMeters.READ_RETRIES;
        } else if (event instanceof RoutingEvent.ReadHedged) {
            return RoutingMeters.READ_HEDGES;
        } else if (event instanceof RoutingEvent.HedgeWon) {
            return RoutingMeters.READ_HEDGES_WON;
        } else if (event instanceof RoutingEvent.ConnectionDiscarded) {
            return RoutingMeters.DISCARDED;
        } else if (event instanceof RoutingEvent.LeaseLeaked) {
            return RoutingMeters.LEAKS;
        } else if (event instanceof RoutingEvent.NodeEjected) {
            return RoutingMeters.EJECTIONS;
        } else if (event instanceof RoutingEvent.NodeDown) {
            return RoutingMeters.OUTAGES;
        }
        return event instanceof RoutingEvent.PrimaryChanged ? RoutingMeters.PROMOTIONS : null;
    }

    private static double seconds(@Nullable Duration duration) {
        return duration == null ? Double.NaN : duration.toNanos() / 1e9;
    }

    private static double bytes(long bytes) {
        return bytes < 0 ? Double.NaN : bytes;
    }
}
