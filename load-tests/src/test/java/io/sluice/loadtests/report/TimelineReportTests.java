package io.sluice.loadtests.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimelineReportTests {

    private final TimelineReport report = new TimelineReport(
            "Mixed of <host>",
            List.of("knee at 10 & more"),
            List.of(
                    new Timeline.Span(0, 1, 10, 0, 1_500, 9_000, 9_500),
                    new Timeline.Span(1, 2, 4, 6, 2_500, 90_000, 95_000)),
            List.of(new Mark(1, "kill -9 of a replica")));

    @Test
    void markdownHasALineForEachSpanWithItsMarks() {
        assertThat(report.markdown())
                .contains("- knee at 10 & more")
                .contains("| 0 | 10 | 0 | 1.5 | 9.0 | 9.5 |  |")
                .contains("| 1 | 4 | 6 | 2.5 | 90.0 | 95.0 | kill -9 of a replica |");
    }

    @Test
    void htmlDrawsTheMarksAndLoadsNothingFromElsewhere() {
        assertThat(report.html())
                .contains("Mixed of &lt;host&gt;", "knee at 10 &amp; more")
                .contains("kill -9 of a replica</text>")
                .contains("<polyline")
                .doesNotContain("src=", "http://", "https://");
    }

    @Test
    void marksThatStandTooCloseForTheirTextsAreNumbered() {
        List<Mark> marks =
                List.of(new Mark(0, "kill -9 of a replica"), new Mark(1, "start of <it>"), new Mark(1, "end"));
        String html =
                new TimelineReport("Close", List.of(), List.of(new Timeline.Span(0, 100, 1, 0, 1, 1, 1)), marks).html();

        assertThat(html)
                .contains("<b>1</b> 0 s kill -9 of a replica", "<b>2</b> 1 s start of &lt;it&gt;", "<b>3</b> 1 s end")
                .contains(">1</text>", ">2</text>", ">3</text>")
                .doesNotContain("replica</text>");
    }

    @Test
    void aRunWithoutAnswersHasAReportToo() {
        assertThat(new TimelineReport("Nothing", List.of(), List.of(), List.of()).html())
                .contains("<h1>Nothing</h1>");
    }

    @Test
    void writesBothFiles(@TempDir Path directory) {
        report.write(directory.resolve("a/b"));

        assertThat(directory.resolve("a/b/index.html")).content().isEqualTo(report.html());
        assertThat(directory.resolve("a/b/timeline.md")).content().isEqualTo(report.markdown());
    }
}
