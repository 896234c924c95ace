package io.sluice.loadtests.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class PatternsReportTests {

    private final Pattern pattern = new Pattern(
            "A pool",
            "10 < 100 times",
            "reads",
            List.of(Variant.of("none", 1, Mono::empty), Variant.of("pool", 1, Mono::empty)));
    private final PatternsReport report = new PatternsReport(
            "here & now",
            List.of(new PatternsReport.Result(
                    pattern,
                    List.of(
                            new Measurement("none", List.of(90.0, 100.0, 120.0), 10_000, 20_000, 0, Map.of()),
                            new Measurement(
                                    "pool", List.of(2000.0, 1500.0, 1000.0), 500, 900, 3, Map.of("lost", 2L))))));

    @Test
    void eachWayIsComparedWithTheFirstByItsMedianRound() {
        assertThat(report.markdown())
                .contains("| none | 100 | 1.00 × | 0.90–1.20 | 10.00 | 20.00 |  |")
                .contains("| pool | 1,500 | 15.00 × | 0.67–1.33 | 0.50 | 0.90 | 3 failed, 2 lost |");
    }

    @Test
    void thePageIsCompleteInItselfAndEscapesWhatItIsGiven() {
        assertThat(report.html())
                .contains("here &amp; now", "10 &lt; 100 times", "<rect width=\"360.0\"", "15.00 ×")
                .doesNotContain("http");
    }
}
