package io.sluice.routing.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.consistency.Lsn;
import io.sluice.routing.topology.Assessment.Observation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AssessmentTests {

    private final PrimaryTrail trail = new PrimaryTrail(8);

    @Test
    void theServerThatTakesWritesIsThePrimary() {
        ClusterState state = assess(null, 0, primary("a", 1, 100), replica("b", 1, 100));

        assertThat(state.primary()).extracting(NodeState::node).isEqualTo("a");
        assertThat(state.timeline()).isEqualTo(1);
    }

    @Test
    void thePromotedServerWinsAndTheOldPrimaryIsFenced() {
        ClusterState state = assess("a", 1, primary("a", 1, 500), primary("b", 2, 100));

        assertThat(state.primary()).extracting(NodeState::node).isEqualTo("b");
        assertThat(state.node("a").fenced()).isTrue();
        assertThat(state.node("a").usable()).isFalse();
    }

    @Test
    void anOldPrimaryThatReturnsAloneStaysFenced() {
        ClusterState state = assess("b", 2, primary("a", 1, 500), down("b", primary("b", 2, 100)));

        assertThat(state.primary()).isNull();
        assertThat(state.node("a").fenced()).isTrue();
    }

    @Test
    void aReplicaThatFollowsTheNewTimelineFencesAnOldPrimary() {
        ClusterState state = assess("a", 1, primary("a", 1, 500), replica("c", 2, 600));

        assertThat(state.primary()).isNull();
        assertThat(state.timeline()).isEqualTo(2);
    }

    @Test
    void twoPrimariesOnOneTimelineLeaveTheOneInOfficeThere() {
        ClusterState state = assess("b", 1, primary("a", 1, 500), primary("b", 1, 100));

        assertThat(state.primary()).extracting(NodeState::node).isEqualTo("b");
        assertThat(state.node("a").fenced()).isTrue();
    }

    @Test
    void aDeadPrimaryIsNoPrimary() {
        ClusterState state = assess("a", 1, down("a", primary("a", 1, 500)), replica("b", 1, 500));

        assertThat(state.primary()).isNull();
        assertThat(state.node("a").fenced()).isFalse();
    }

    @Test
    void measuresLagAgainstThePrimarysTrail() {
        trail.add(1, Duration.ofSeconds(1).toNanos(), new Lsn(100));
        trail.add(1, Duration.ofSeconds(2).toNanos(), new Lsn(200));
        trail.add(1, Duration.ofSeconds(3).toNanos(), new Lsn(300));

        NodeState behind =
                assess("a", 1, primary("a", 1, 300), replica("b", 1, 210)).node("b");
        assertThat(behind.lagBytes()).isEqualTo(90);
        assertThat(behind.lag()).isEqualTo(Duration.ofSeconds(8));

        NodeState level =
                assess("a", 1, primary("a", 1, 300), replica("b", 1, 300)).node("b");
        assertThat(level.lagBytes()).isZero();
        assertThat(level.lag()).isZero();
    }

    @Test
    void lagBehindTheWholeTrailIsUnknown() {
        trail.add(1, Duration.ofSeconds(9).toNanos(), new Lsn(300));

        NodeState state =
                assess("a", 1, primary("a", 1, 300), replica("b", 1, 299)).node("b");
        assertThat(state.lagBytes()).isEqualTo(1);
        assertThat(state.lag()).isNull();
    }

    @Test
    void lagOnAnotherTimelineIsUnknown() {
        trail.add(2, 1, new Lsn(100));

        NodeState state =
                assess("a", 2, primary("a", 2, 100), replica("b", 1, 100)).node("b");
        assertThat(state.lagBytes()).isNegative();
        assertThat(state.lag()).isNull();
    }

    private ClusterState assess(@Nullable String lastPrimary, int timeline, Observation... observations) {
        return Assessment.assess(List.of(observations), trail, lastPrimary, timeline);
    }

    private static Observation primary(String node, int timeline, long position) {
        return up(node, false, timeline, position);
    }

    private static Observation replica(String node, int timeline, long position) {
        return up(node, true, timeline, position);
    }

    private static Observation up(String node, boolean recovering, int timeline, long position) {
        Lsn lsn = new Lsn(position);
        long asked = Duration.ofSeconds(10).toNanos();
        return new Observation(
                node, Health.UP, new Probe.Answer(asked, recovering, lsn, lsn, timeline, false), null, asked);
    }

    private static Observation down(String node, Observation before) {
        return new Observation(node, Health.DOWN, before.answer(), "gone", 0);
    }
}
