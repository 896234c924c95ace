package io.sluice.gateway.ingest;

import io.sluice.gateway.text.Output;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

/** One row of three columns, from a client's bytes to COPY's text. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CopyBenchmarks {

    private static final int PIECE_ROWS = 1_000;
    private static final DataBufferFactory BUFFERS = DefaultDataBufferFactory.sharedInstance;

    private final Target target = UploadedRows.target();
    private final Row json = new JsonRow(target);
    private final Row csv = UploadedRows.csv(target);
    private final Output out = new Output();
    private final byte[] piece = UploadedRows.ndjson(PIECE_ROWS);
    private final Upload upload = UploadedRows.upload(target);

    @Benchmark
    public int jsonRow() {
        return row(json, UploadedRows.JSON);
    }

    @Benchmark
    public int csvRow() {
        return row(csv, UploadedRows.CSV);
    }

    private int row(Row row, byte[] bytes) {
        out.length = 0;
        row.read(bytes, 0, bytes.length);
        CopyFormat.row(row, target, UploadedRows.COLUMNS, out);
        return out.length;
    }

    /** A row's share of a running upload: cut out of what came in, checked, written, numbered and put into a batch. */
    @Benchmark
    @OperationsPerInvocation(PIECE_ROWS)
    public int rowOfAnNdjsonUpload() {
        List<Batch> full = upload.feed(BUFFERS.wrap(piece));
        full.forEach(Batch::release);
        return full.size();
    }
}
