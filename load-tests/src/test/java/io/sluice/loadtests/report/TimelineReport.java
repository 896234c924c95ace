package io.sluice.loadtests.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Throughput, latency and failures over time as one HTML file without anything from elsewhere, and as Markdown. */
public final class TimelineReport {

    private static final int WIDTH = 960;
    private static final int HEIGHT = 180;
    private static final int LEFT = 70;

    private final String title;
    private final List<String> notes;
    private final List<Timeline.Span> spans;
    private final List<Mark> marks;

    /**
     * @param notes sentences below the title
     * @param spans the run, see {@link Timeline#spans}
     * @param marks drawn into the charts
     */
    public TimelineReport(String title, List<String> notes, List<Timeline.Span> spans, List<Mark> marks) {
        this.title = title;
        this.notes = List.copyOf(notes);
        this.spans = List.copyOf(spans);
        this.marks = List.copyOf(marks);
    }

    /** Writes {@code index.html} and {@code timeline.md} into the directory, which is created. */
    public void write(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("index.html"), html());
            Files.writeString(directory.resolve("timeline.md"), markdown());
        } catch (IOException e) {
            throw new UncheckedIOException("the report cannot be written to " + directory.toAbsolutePath(), e);
        }
    }

    String markdown() {
        StringBuilder text = new StringBuilder("# " + title + "\n\n");
        notes.forEach(note -> text.append("- ").append(note).append('\n'));
        text.append("\n| s | answers/s | failed | p50 ms | p99 ms | max ms | |\n|--:|--:|--:|--:|--:|--:|---|\n");
        for (Timeline.Span span : spans) {
            text.append(row("| %d | %.0f | %d | %.1f | %.1f | %.1f | %s |\n", span));
        }
        return text.toString();
    }

    String html() {
        return """
                <!doctype html>
                <html lang="en"><meta charset="utf-8"><title>%1$s</title>
                <style>
                body { font: 14px system-ui, sans-serif; margin: 2em; max-width: 1000px; color: #222 }
                svg { display: block; margin: .3em 0 1.2em } text { font-size: 11px; fill: #555 }
                .mark { stroke: #c00; stroke-dasharray: 3 3 } .mark-text, .marks b { fill: #c00; color: #c00 } .marks { line-height: 1.6 } .marks span { margin-right: 1.2em }
                .line { fill: none; stroke-width: 1.5 } .axis { stroke: #ccc }
                table { border-collapse: collapse } td, th { padding: .15em .8em; text-align: right } td:last-child { text-align: left }
                </style>
                <h1>%1$s</h1>
                <ul>%2$s</ul>%7$s
                <h2>Good answers a second</h2>%3$s
                <h2>p99 in ms</h2>%4$s
                <h2>Failed a second</h2>%5$s
                <table><tr><th>s</th><th>answers/s</th><th>failed</th><th>p50 ms</th><th>p99 ms</th><th>max ms</th><th></th></tr>
                %6$s</table></html>
                """.formatted(
                        Html.escaped(title),
                        notes.stream()
                                .map(note -> "<li>" + Html.escaped(note) + "</li>")
                                .reduce("", String::concat),
                        chart("#06c", Timeline.Span::rate),
                        chart("#083", span -> span.p99Micros() / 1e3),
                        chart("#c60", span -> (double) span.failed() / Math.max(1, span.to() - span.from())),
                        rows(),
                        MarksInChart.legend(marks));
    }

    private String rows() {
        StringBuilder rows = new StringBuilder();
        for (Timeline.Span span : spans) {
            rows.append(row(
                    "<tr><td>%d</td><td>%.0f</td><td>%d</td><td>%.1f</td><td>%.1f</td><td>%.1f</td><td>%s</td></tr>\n",
                    span));
        }
        return rows.toString();
    }

    private String row(String format, Timeline.Span span) {
        return String.format(
                Locale.ROOT,
                format,
                span.from(),
                span.rate(),
                span.failed(),
                span.p50Micros() / 1e3,
                span.p99Micros() / 1e3,
                span.maxMicros() / 1e3,
                Html.escaped(marksIn(span)));
    }

    private String marksIn(Timeline.Span span) {
        return String.join(
                "; ",
                marks.stream()
                        .filter(mark -> mark.second() >= span.from() && mark.second() < span.to())
                        .map(Mark::text)
                        .toList());
    }

    private String chart(String colour, ToDoubleFunction<Timeline.Span> value) {
        double top = Math.max(1e-9, spans.stream().mapToDouble(value).max().orElse(1));
        int end = spans.isEmpty() ? 1 : spans.get(spans.size() - 1).to();
        StringBuilder points = new StringBuilder();
        for (Timeline.Span span : spans) {
            double middle = (span.from() + span.to()) / 2.0;
            points.append(String.format(
                    Locale.ROOT,
                    "%.1f,%.1f ",
                    x(middle, end),
                    HEIGHT - value.applyAsDouble(span) / top * (HEIGHT - 20)));
        }
        return String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\"><line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>"
                        + "<text x=\"0\" y=\"20\">%.1f</text><text x=\"0\" y=\"%d\">0</text>"
                        + "<text x=\"%d\" y=\"%d\">%d s</text>"
                        + "<polyline class=\"line\" stroke=\"%s\" points=\"%s\"/>%s</svg>",
                WIDTH,
                HEIGHT + 16,
                LEFT,
                WIDTH,
                HEIGHT,
                HEIGHT,
                top,
                HEIGHT,
                WIDTH - 40,
                HEIGHT + 14,
                end,
                colour,
                points,
                new MarksInChart(marks, second -> x(second, end), WIDTH, HEIGHT).svg());
    }

    private static double x(double second, int end) {
        return LEFT + second / end * (WIDTH - LEFT);
    }
}
