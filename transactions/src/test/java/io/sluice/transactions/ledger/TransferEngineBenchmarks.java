package io.sluice.transactions.ledger;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Deciding one transfer, alone and as one of a batch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TransferEngineBenchmarks {

    private static final int TRANSFERS = 64;

    /** How many accounts the transfers share. */
    public enum Accounts {
        UNIFORM,
        HOT
    }

    @Param
    Accounts accounts;

    private TransferBatches alone;
    private TransferBatches batch;

    @Setup
    public void prepare() {
        alone = of(1);
        batch = of(TRANSFERS);
    }

    private TransferBatches of(int transfers) {
        return accounts == Accounts.HOT ? TransferBatches.hot(transfers) : TransferBatches.uniform(transfers);
    }

    @Benchmark
    public Object alone() {
        return alone.decide();
    }

    @Benchmark
    @OperationsPerInvocation(TRANSFERS)
    public Object oneOf64() {
        return batch.decide();
    }
}
