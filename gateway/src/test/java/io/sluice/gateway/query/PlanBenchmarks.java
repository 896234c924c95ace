package io.sluice.gateway.query;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From the query string over the plan to the statement. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PlanBenchmarks {

    private String point = OrderReads.POINT;
    private String list = OrderReads.LIST;
    private String embed = OrderReads.EMBED;

    @Benchmark
    public Object pointRead() {
        return OrderReads.sql(point);
    }

    @Benchmark
    public Object filteredList() {
        return OrderReads.sql(list);
    }

    @Benchmark
    public Object embeddedTable() {
        return OrderReads.sql(embed);
    }
}
