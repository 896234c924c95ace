package io.sluice.loadtests.patterns;

import io.sluice.loadtests.report.Html;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The measured patterns as Markdown, and as one HTML file without anything from elsewhere. */
final class PatternsReport {

    private static final int BAR = 360;

    /** A pattern and what was measured of its variants, in their order. */
    record Result(Pattern pattern, List<Measurement> measurements) {

        double ratio(Measurement measurement) {
            return measurement.rate() / measurements.get(0).rate();
        }
    }

    private final String machine;
    private final List<Result> results;

    /** @param machine a sentence on where, when and how this was measured */
    PatternsReport(String machine, List<Result> results) {
        this.machine = machine;
        this.results = List.copyOf(results);
    }

    /** Writes {@code index.html} and {@code patterns.md} into the directory, which is created. */
    void write(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("index.html"), html());
            Files.writeString(directory.resolve("patterns.md"), markdown());
        } catch (IOException e) {
            throw new UncheckedIOException("the report cannot be written to " + directory.toAbsolutePath(), e);
        }
    }

    String markdown() {
        StringBuilder text = new StringBuilder("# Database patterns, measured\n\n" + machine + "\n");
        for (Result result : results) {
            Pattern pattern = result.pattern();
            text.append("\n## ").append(pattern.title()).append("\n\nClaim: ").append(pattern.claim());
            text.append("\n\n| way | ").append(pattern.unit());
            text.append("/s | ratio | rounds | p50 ms | p99 ms | |\n|---|--:|--:|--:|--:|--:|---|\n");
            for (Measurement measurement : result.measurements()) {
                text.append("| ")
                        .append(String.join(" | ", cells(result, measurement)))
                        .append(" |\n");
            }
        }
        return text.toString();
    }

    String html() {
        StringBuilder text = new StringBuilder("""
                <!doctype html>
                <html lang="en"><meta charset="utf-8"><title>Database patterns, measured</title>
                <style>
                body { font: 14px system-ui, sans-serif; margin: 2em; max-width: 1100px; color: #222 }
                table { border-collapse: collapse } td, th { padding: .2em .8em; text-align: right }
                td:first-child, td:last-child, th:first-child { text-align: left } h2 { margin: 1.6em 0 .2em }
                .claim { color: #666 } rect { fill: #06c }
                </style>
                <h1>Database patterns, measured</h1>
                """);
        text.append("<p>").append(Html.escaped(machine)).append("</p>\n");
        results.forEach(result -> text.append(section(result)));
        return text.append("</html>\n").toString();
    }

    private static String section(Result result) {
        Pattern pattern = result.pattern();
        double top = result.measurements().stream()
                .mapToDouble(Measurement::rate)
                .max()
                .orElse(1);
        StringBuilder text =
                new StringBuilder("<h2>" + Html.escaped(pattern.title()) + "</h2>\n<p class=\"claim\">Claim: "
                        + Html.escaped(pattern.claim()) + "</p>\n<table><tr><th>way</th><th></th><th>"
                        + Html.escaped(pattern.unit())
                        + "/s</th><th>ratio</th><th>rounds</th><th>p50 ms</th><th>p99 ms</th><th></th></tr>\n");
        for (Measurement measurement : result.measurements()) {
            List<String> cells = new ArrayList<>(cells(result, measurement));
            cells.replaceAll(Html::escaped);
            cells.add(1, bar(measurement.rate() / top));
            text.append("<tr><td>").append(String.join("</td><td>", cells)).append("</td></tr>\n");
        }
        return text.append("</table>\n").toString();
    }

    private static String bar(double share) {
        return String.format(
                Locale.ROOT,
                "<svg width=\"%d\" height=\"14\"><rect width=\"%.1f\" height=\"14\"/></svg>",
                BAR,
                Math.max(1, share * BAR));
    }

    private static List<String> cells(Result result, Measurement measurement) {
        return List.of(
                measurement.variant(),
                String.format(Locale.ROOT, "%,.0f", measurement.rate()),
                String.format(Locale.ROOT, "%.2f ×", result.ratio(measurement)),
                measurement.spread(),
                String.format(Locale.ROOT, "%.2f", measurement.p50Micros() / 1e3),
                String.format(Locale.ROOT, "%.2f", measurement.p99Micros() / 1e3),
                remarks(measurement));
    }

    private static String remarks(Measurement measurement) {
        Map<String, Long> counts = new TreeMap<>(measurement.notes());
        if (measurement.failures() > 0) {
            counts.put("failed", measurement.failures());
        }
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey())
                        .toList());
    }
}
