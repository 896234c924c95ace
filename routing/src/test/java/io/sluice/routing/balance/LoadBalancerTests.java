package io.sluice.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoadBalancerTests {

    private record Fixed(String node, int inFlight, double load, double weight) implements Candidate {}

    static List<LoadBalancer> all() {
        return List.of(
                LoadBalancer.peakEwma(),
                LoadBalancer.leastInFlight(),
                LoadBalancer.weightedRoundRobin(),
                LoadBalancer.random(),
                LoadBalancer.roundRobin());
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyNodeOfEqualsGetsItsShare(LoadBalancer balancer) {
        List<Fixed> nodes = List.of(fixed("a", 1), fixed("b", 1), fixed("c", 1));

        assertThat(counts(balancer, nodes, 3_000).values()).hasSize(3).allSatisfy(count -> assertThat(count)
                .isBetween(700, 1_300));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aSingleNodeIsChosen(LoadBalancer balancer) {
        assertThat(balancer.choose(List.of(fixed("a", 1)))).isZero();
    }

    @Test
    void twoChoicesTakesTheLighterOfTheTwoDrawn() {
        List<Fixed> nodes = List.of(new Fixed("a", 0, 30, 1), new Fixed("b", 0, 10, 1), new Fixed("c", 0, 20, 1));

        assertThat(new TwoChoices(draws(0, 1)).choose(nodes)).isEqualTo(2);
        assertThat(new TwoChoices(draws(0, 0)).choose(nodes)).isEqualTo(1);
        assertThat(new TwoChoices(draws(2, 1)).choose(nodes)).isEqualTo(1);
    }

    @Test
    void twoChoicesWeighsTheLoad() {
        List<Fixed> nodes = List.of(new Fixed("a", 0, 30, 4), new Fixed("b", 0, 10, 1));

        assertThat(new TwoChoices(draws(0, 0)).choose(nodes)).isZero();
    }

    @Test
    void leastInFlightTakesTheIdlest() {
        List<Fixed> nodes = List.of(new Fixed("a", 5, 0, 1), new Fixed("b", 2, 0, 1), new Fixed("c", 9, 0, 1));

        assertThat(LoadBalancer.leastInFlight().choose(nodes)).isEqualTo(1);
    }

    @Test
    void weightedRoundRobinInterleaves() {
        LoadBalancer balancer = LoadBalancer.weightedRoundRobin();
        List<Fixed> nodes = List.of(fixed("a", 3), fixed("b", 1));

        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            turns.add(balancer.choose(nodes));
        }
        assertThat(turns).containsExactly(0, 0, 1, 0, 0, 0, 1, 0);
    }

    @Test
    void randomFollowsTheWeights() {
        List<Fixed> nodes = List.of(fixed("a", 9), fixed("b", 1));

        assertThat(counts(LoadBalancer.random(), nodes, 5_000).get("b")).isBetween(300, 700);
    }

    @Test
    void aPeakIsBelievedAtOnceAndForgottenSlowly() {
        PeakEwma latency = new PeakEwma(Duration.ofSeconds(10), 0);
        latency.observe(millis(2), 0);
        latency.observe(millis(100), 0);
        assertThat(latency.load(0, 0)).isEqualTo(millis(100));

        assertThat(latency.load(1, Duration.ofSeconds(10).toNanos())).isBetween(millis(73) * 1.0, millis(74) * 1.0);
        assertThat(latency.load(1, Duration.ofSeconds(60).toNanos())).isLessThan(millis(1));
    }

    @Test
    void anIdleNodeIsAskedAgainAfterASecondWhateverItsPeakWas() {
        PeakEwma latency = new PeakEwma(Duration.ofSeconds(10), 0);
        latency.observe(Duration.ofSeconds(5).toNanos(), 0);

        assertThat(latency.load(0, millis(999)))
                .isGreaterThan(Duration.ofSeconds(4).toNanos());
        assertThat(latency.load(0, millis(1000))).isZero();
        assertThat(latency.load(1, millis(1000)))
                .isGreaterThan(Duration.ofSeconds(8).toNanos());
    }

    @Test
    void waitingRequestsMultiplyTheExpectedWait() {
        PeakEwma latency = new PeakEwma(Duration.ofSeconds(10), 0);
        latency.observe(millis(2), 0);

        assertThat(latency.load(3, 0)).isEqualTo(millis(8));
    }

    @Test
    void anUnknownNodeGetsOneRequestToFindOut() {
        PeakEwma latency = new PeakEwma(Duration.ofSeconds(10), 0);

        assertThat(latency.load(0, 0)).isZero();
        assertThat(latency.load(1, 0)).isGreaterThan(Duration.ofDays(1).toNanos());
    }

    @Test
    void aNodeThatComesBackIsEasedIn() {
        Duration window = Duration.ofSeconds(30);

        assertThat(SlowStart.share(0, window)).isEqualTo(0.1);
        assertThat(SlowStart.share(Duration.ofSeconds(15).toNanos(), window)).isEqualTo(0.5);
        assertThat(SlowStart.share(Duration.ofSeconds(30).toNanos(), window)).isEqualTo(1);
        assertThat(SlowStart.share(0, Duration.ZERO)).isEqualTo(1);
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private static Fixed fixed(String node, double weight) {
        return new Fixed(node, 0, 1, weight);
    }

    private static Map<String, Integer> counts(LoadBalancer balancer, List<Fixed> nodes, int rounds) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < rounds; i++) {
            counts.merge(nodes.get(balancer.choose(nodes)).node(), 1, Integer::sum);
        }
        return counts;
    }

    private static java.util.function.IntUnaryOperator draws(Integer... values) {
        Queue<Integer> queue = new ArrayDeque<>(List.of(values));
        return bound -> queue.remove();
    }
}
