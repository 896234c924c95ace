package io.sluice.routing.benchmarks;

import io.sluice.routing.balance.Candidate;
import io.sluice.routing.balance.LoadBalancer;
import io.sluice.routing.balance.PeakEwma;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The pure parts of a choice. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChoiceBenchmarks {

    @Param({"2", "8"})
    int replicas;

    private final LoadBalancer peakEwma = LoadBalancer.peakEwma();
    private final LoadBalancer leastInFlight = LoadBalancer.leastInFlight();
    private final LoadBalancer weightedRoundRobin = LoadBalancer.weightedRoundRobin();
    private List<Replica> candidates;
    private Lsn left = Lsn.parse("16/B374D848");
    private Lsn right = Lsn.parse("16/B374D900");
    private String token = new ConsistencyToken(3, left).text();

    private record Replica(String node, PeakEwma latency) implements Candidate {

        @Override
        public int inFlight() {
            return 3;
        }

        @Override
        public double load() {
            return latency.load(3, System.nanoTime());
        }

        @Override
        public double weight() {
            return 1;
        }
    }

    @Setup
    public void prepare() {
        candidates = IntStream.range(0, replicas)
                .mapToObj(i -> new Replica("10.0.0." + i + ":5432", latency(i)))
                .toList();
    }

    private static PeakEwma latency(int replica) {
        PeakEwma latency = new PeakEwma(Duration.ofSeconds(10), System.nanoTime());
        latency.observe(1_000_000L + replica, System.nanoTime());
        return latency;
    }

    @Benchmark
    public int peakEwma() {
        return peakEwma.choose(candidates);
    }

    @Benchmark
    public int leastInFlight() {
        return leastInFlight.choose(candidates);
    }

    @Benchmark
    public int weightedRoundRobin() {
        return weightedRoundRobin.choose(candidates);
    }

    @Benchmark
    public boolean comparePositions() {
        return left.isAtLeast(right);
    }

    @Benchmark
    public ConsistencyToken readToken() {
        return ConsistencyToken.parse(token);
    }
}
