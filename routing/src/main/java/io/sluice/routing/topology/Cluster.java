package io.sluice.routing.topology;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.observe.Events;
import io.sluice.routing.observe.RoutingEvent;
import io.sluice.routing.topology.Assessment.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** All nodes, each with its monitor, and the picture they give together. */
public final class Cluster implements NodeMonitor.Listener {

    /** At the default interval, this many samples of the primary go back more than four minutes. */
    private static final int TRAIL_SAMPLES = 1024;

    private final MonitorSettings settings;
    private final Events events;
    private final Scheduler scheduler;
    private final Map<String, NodeMonitor> monitors = new LinkedHashMap<>();
    private final Map<String, Observation> observations = new LinkedHashMap<>();
    private final Map<String, Long> suspectedNanos = new LinkedHashMap<>();
    private final PrimaryTrail trail = new PrimaryTrail(TRAIL_SAMPLES);
    private final Sinks.Many<ClusterState> changes = Sinks.many().replay().latest();
    private @Nullable String lastPrimary;
    private volatile ClusterState state = new ClusterState(List.of(), null, 0);

    public Cluster(MonitorSettings settings, Events events, Scheduler scheduler) {
        this.settings = settings;
        this.events = events;
        this.scheduler = scheduler;
    }

    /** Begins to watch a node. */
    public synchronized void add(String node, Mono<PostgresqlConnection> connect) {
        NodeMonitor monitor = new NodeMonitor(node, connect, settings, this, scheduler);
        monitors.put(node, monitor);
        observe(new Observation(node, Health.UNKNOWN, null, null, 0));
        monitor.start();
    }

    public synchronized void remove(String node) {
        NodeMonitor monitor = monitors.remove(node);
        if (monitor != null) {
            monitor.stop();
            observations.remove(node);
            suspectedNanos.remove(node);
            publish();
        }
    }

    /** The latest picture. A plain read: it costs nothing. */
    public ClusterState state() {
        return state;
    }

    /** The latest picture, then every new one. A slow subscriber misses some, never the last. */
    public Flux<ClusterState> changes() {
        return changes.asFlux().onBackpressureLatest();
    }

    /**
     * A caller has seen a node fail: it gets nothing more until it has answered a question that was asked afterwards,
     * which happens at once.
     */
    public synchronized void suspect(String node, String reason) {
        Observation known = observations.get(node);
        NodeMonitor monitor = monitors.get(node);
        if (known == null || monitor == null || known.health() == Health.DOWN) {
            return;
        }
        suspectedNanos.put(node, System.nanoTime());
        if (known.health() == Health.UP) {
            observe(new Observation(node, Health.SUSPECT, known.answer(), reason, known.upSinceNanos()));
        }
        monitor.askNow();
    }

    /** As {@link #suspect}, and the question is asked on a new connection: the node may be another server now. */
    public synchronized void reconnect(String node, String reason) {
        NodeMonitor monitor = monitors.get(node);
        if (monitor != null) {
            monitor.restart();
            suspect(node, reason);
        }
    }

    /** Emits whether reads of {@code node} see {@code token}, at the latest after {@code budget}. */
    public Mono<Boolean> awaitReplay(String node, ConsistencyToken token, Duration budget) {
        NodeMonitor monitor = monitor(node);
        return monitor == null ? Mono.just(false) : monitor.awaitReplay(token, budget);
    }

    /**
     * A token for everything that {@code node} has answered until now, shared with all who ask meanwhile. Empty where
     * it does not say.
     */
    public Mono<ConsistencyToken> position(String node, boolean asyncCommit) {
        NodeMonitor monitor = monitor(node);
        return monitor == null ? Mono.empty() : monitor.next().map(answer -> answer.token(asyncCommit));
    }

    private synchronized @Nullable NodeMonitor monitor(String node) {
        return monitors.get(node);
    }

    /** Publishes the latest picture again. */
    public synchronized void refresh() {
        changes.tryEmitNext(state);
    }

    /** Stops watching; the last picture stays. */
    public synchronized void close() {
        monitors.values().forEach(NodeMonitor::stop);
        monitors.clear();
        changes.tryEmitComplete();
    }

    @Override
    public synchronized void answered(String node, Probe.Answer answer) {
        if (!monitors.containsKey(node)) {
            return;
        }
        Long suspected = suspectedNanos.get(node);
        if (suspected != null && answer.askedNanos() - suspected < 0) {
            return;
        }
        suspectedNanos.remove(node);
        boolean leads = answer.timeline() >= state.timeline()
                && (state.primary() == null || node.equals(state.primary().node()));
        if (!answer.recovering() && leads) {
            if (trail.add(answer.timeline(), answer.askedNanos(), answer.position())) {
                askOthers(node);
            }
        }
        Observation known = observations.get(node);
        observe(new Observation(node, Health.UP, answer, null, upSince(known, answer)));
    }

    /** What replicas have said before the primary's position was known does not tell how far behind they are. */
    private void askOthers(String primary) {
        monitors.forEach((node, monitor) -> {
            if (!node.equals(primary)) {
                monitor.askNow();
            }
        });
    }

    private static long upSince(@Nullable Observation known, Probe.Answer answer) {
        boolean wasUp = known != null && (known.health() == Health.UP || known.health() == Health.SUSPECT);
        return wasUp && known != null ? known.upSinceNanos() : answer.askedNanos();
    }

    @Override
    public synchronized void failed(String node, String reason) {
        Observation known = observations.get(node);
        if (known != null && monitors.containsKey(node)) {
            suspectedNanos.remove(node);
            observe(new Observation(node, Health.DOWN, known.answer(), reason, 0));
        }
    }

    private void observe(Observation observation) {
        observations.put(observation.node(), observation);
        publish();
    }

    private void publish() {
        ClusterState before = state;
        ClusterState now =
                Assessment.assess(new ArrayList<>(observations.values()), trail, lastPrimary, before.timeline());
        state = now;
        tell(before, now);
        if (now.primary() != null) {
            lastPrimary = now.primary().node();
        }
        changes.tryEmitNext(now);
    }

    private void tell(ClusterState before, ClusterState now) {
        for (NodeState node : now.nodes()) {
            tell(before.node(node.node()), node, now);
        }
        NodeState primary = now.primary();
        NodeState primaryBefore = before.primary();
        if (primary != null && !primary.node().equals(lastPrimary)) {
            events.publish(new RoutingEvent.PrimaryChanged(primary.node(), lastPrimary, now.timeline()));
        } else if (primary == null && primaryBefore != null) {
            events.publish(new RoutingEvent.PrimaryLost(primaryBefore.node()));
        }
    }

    private void tell(@Nullable NodeState before, NodeState now, ClusterState cluster) {
        Health healthBefore = before == null ? Health.UNKNOWN : before.health();
        if (now.health() == Health.UP && (healthBefore == Health.DOWN || healthBefore == Health.UNKNOWN)) {
            events.publish(new RoutingEvent.NodeUp(now.node(), now.role().name()));
        }
        if (now.health() == Health.DOWN && healthBefore != Health.DOWN) {
            events.publish(new RoutingEvent.NodeDown(now.node(), Objects.requireNonNullElse(now.problem(), "?")));
        }
        if (before != null && before.role() != Role.UNKNOWN && before.role() != now.role()) {
            events.publish(new RoutingEvent.RoleChanged(
                    now.node(), before.role().name(), now.role().name(), now.timeline()));
        }
        if (now.fenced() && (before == null || !before.fenced())) {
            events.publish(new RoutingEvent.NodeFenced(now.node(), now.timeline(), cluster.timeline()));
        }
    }
}
