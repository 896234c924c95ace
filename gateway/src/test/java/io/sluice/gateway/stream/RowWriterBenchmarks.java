package io.sluice.gateway.stream;

import io.sluice.gateway.text.Output;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/** One row of six columns, from PostgreSQL's bytes to those of an answer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class RowWriterBenchmarks {

    /** How the row's time comes; the other columns are text always. */
    public enum Time {
        TEXT,
        BINARY
    }

    @Param({"JSON", "NDJSON", "SSE", "CSV", "ARROW"})
    RowFormat format;

    @Param
    Time time;

    private final Output out = new Output();
    private final Cells cells = new Cells();
    private byte[] wire;
    private RowWriter writer;

    @Setup
    public void prepare() {
        writer = format.writer(List.of(), WireOrders.FIELDS, Placement.NONE);
        cells.columns(time == Time.BINARY ? WireOrders.COLUMNS : WireOrders.TEXT_COLUMNS);
        wire = time == Time.BINARY ? WireOrders.row() : WireOrders.textRow();
    }

    @Benchmark
    public int row() {
        out.length = 0;
        writer.next(cells.show(wire, 0), out);
        return out.length;
    }
}
