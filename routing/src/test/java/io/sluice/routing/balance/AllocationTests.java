package io.sluice.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import io.sluice.routing.testing.Allocation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done for every request and must not make garbage. */
class AllocationTests {

    private record Idle(String node, int inFlight, double load, double weight) implements Candidate {}

    static List<LoadBalancer> all() {
        return LoadBalancerTests.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void choosingANodeAllocatesNothing(LoadBalancer balancer) {
        List<Idle> nodes = List.of(new Idle("a", 0, 1, 1), new Idle("b", 1, 2, 1), new Idle("c", 2, 3, 1));

        assertThat(Allocation.bytesEach(() -> balancer.choose(nodes))).isZero();
    }

    @Test
    void latenciesAreKeptWithoutGarbage() {
        PeakEwma latency = new PeakEwma(Duration.ofSeconds(10), 0);
        long[] now = {0};

        assertThat(Allocation.bytesEach(() -> {
                    latency.observe(1_000, now[0]++);
                    latency.load(3, now[0]);
                }))
                .isZero();
    }

    @Test
    void positionsAreComparedWithoutGarbageAndATokenIsReadWithLittle() {
        Lsn one = Lsn.parse("0/3000000");
        Lsn other = Lsn.parse("0/3000148");

        assertThat(Allocation.bytesEach(() -> one.isAtLeast(other))).isZero();
        assertThat(Allocation.bytesEach(() -> ConsistencyToken.parse("1.1.36b8a10")))
                .isLessThanOrEqualTo(450);
    }
}
