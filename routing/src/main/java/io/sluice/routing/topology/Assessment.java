package io.sluice.routing.topology;

import io.sluice.routing.consistency.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one picture of what the nodes said. Pure. */
final class Assessment {

    private Assessment() {}

    /** The last thing known of a node. {@code answer} survives while the node is suspect or down. */
    record Observation(
            String node,
            Health health,
            Probe.@Nullable Answer answer,
            @Nullable String problem,
            long upSinceNanos) {}

    static ClusterState assess(
            List<Observation> observations, PrimaryTrail trail, @Nullable String lastPrimary, int seenTimeline) {
        int timeline = seenTimeline;
        for (Observation observation : observations) {
            if (observation.answer() != null) {
                timeline = Math.max(timeline, observation.answer().timeline());
            }
        }
        String leader = leader(observations, timeline, lastPrimary);
        List<NodeState> nodes = new ArrayList<>(observations.size());
        NodeState primary = null;
        for (Observation observation : observations) {
            NodeState state = state(observation, leader, trail);
            nodes.add(state);
            if (observation.node().equals(leader) && observation.health() == Health.UP) {
                primary = state;
            }
        }
        return new ClusterState(nodes, primary, timeline);
    }

    /** Of those that take writes, the one on the newest timeline; the primary so far where two are on it. */
    private static @Nullable String leader(List<Observation> observations, int timeline, @Nullable String lastPrimary) {
        String leader = null;
        for (Observation candidate : observations) {
            Probe.Answer answer = candidate.answer();
            if (answer == null || answer.recovering() || answer.timeline() < timeline) {
                continue;
            }
            if (leader == null || candidate.node().equals(lastPrimary)) {
                leader = candidate.node();
            }
        }
        return leader;
    }

    private static NodeState state(Observation observation, @Nullable String leader, PrimaryTrail trail) {
        Probe.Answer answer = observation.answer();
        if (answer == null) {
            return new NodeState(
                    observation.node(),
                    observation.health(),
                    Role.UNKNOWN,
                    0,
                    Lsn.ZERO,
                    Lsn.ZERO,
                    false,
                    -1,
                    null,
                    0,
                    0,
                    observation.problem());
        }
        boolean comparable = answer.recovering() && answer.timeline() == trail.timeline();
        Lsn position = answer.position();
        return new NodeState(
                observation.node(),
                observation.health(),
                answer.recovering() ? Role.REPLICA : Role.PRIMARY,
                answer.timeline(),
                position,
                answer.received(),
                !answer.recovering() && !observation.node().equals(leader),
                answer.recovering() ? (comparable ? Math.max(0, trail.newest().minus(position)) : -1) : 0,
                lag(answer, trail, comparable),
                comparable ? trail.freshNanos(position) : answer.askedNanos(),
                observation.upSinceNanos(),
                observation.problem());
    }

    private static @Nullable Duration lag(Probe.Answer answer, PrimaryTrail trail, boolean comparable) {
        if (!answer.recovering()) {
            return Duration.ZERO;
        }
        if (!comparable || trail.beyond(answer.position())) {
            return null;
        }
        if (answer.position().isAtLeast(trail.newest())) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(Math.max(0, answer.askedNanos() - trail.freshNanos(answer.position())));
    }
}
