package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTests {

    private final AtomicLong nanos = new AtomicLong(77);
    private final Progress progress = new Progress(Contract.ROW, 10, 0, new Told(), nanos::get);

    @Test
    void linesTellRowsPerSecondSinceTheUploadBegan() {
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(progress.add(result(1, 1000)).get(0)).contains("\"rate\":2000");
        nanos.addAndGet(Duration.ofMillis(1500).toNanos());
        assertThat(progress.add(result(1001, 3000)).get(0)).contains("\"rate\":1500");
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(progress.summary()).contains("\"received\":3000", "\"rate\":1000");
    }

    private static BatchResult result(long first, long last) {
        long rows = last - first + 1;
        return new BatchResult(first, last, rows - 1, rows - 1, 1, null, 400, List.of());
    }
}
