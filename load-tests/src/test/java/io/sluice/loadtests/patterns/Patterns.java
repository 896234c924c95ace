package io.sluice.loadtests.patterns;

import io.sluice.loadtests.InvalidSettingException;
import io.sluice.loadtests.Settings;
import io.sluice.loadtests.chaos.ClusterProcess;
import io.sluice.loadtests.deployment.NotReadyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Measures all patterns on a primary with two replicas of its own and writes the report; see the module's README.
 *
 * <p>Settings: {@code patterns.seconds} of each measurement (2), {@code patterns.rounds} (3),
 * {@code patterns.only} (a part of a title), {@code patterns.out} (target/patterns), {@code patterns.jar} (the gateway's,
 * which has the servers).
 */
final class Patterns {

    private static final double WARM_UP_SHARE = 0.75;

    private final Stopwatch stopwatch;
    private final String only;
    private final List<PatternsReport.Result> results = new ArrayList<>();

    private Patterns(Stopwatch stopwatch, String only) {
        this.stopwatch = stopwatch;
        this.only = only.toLowerCase(Locale.ROOT);
    }

    public static void main(String[] args) throws IOException {
        try {
            run(Settings.ofProcess());
            System.exit(0);
        } catch (InvalidSettingException | NotReadyException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void run(Settings settings) throws IOException {
        double seconds = settings.number("patterns.seconds", 2, value -> value > 0, "a number above zero");
        int rounds = settings.positive("patterns.rounds", 3);
        Path out = Path.of(settings.text("patterns.out", "target/patterns"));
        Path jar = Path.of(settings.text("patterns.jar", "../gateway/target/sluice.jar"));
        if (!Files.exists(jar)) {
            throw new NotReadyException("no " + jar + ": ./mvnw -q package -Pfast -pl gateway -am builds it");
        }
        Files.createDirectories(out);
        Patterns patterns = new Patterns(
                new Stopwatch(millis(seconds * WARM_UP_SHARE), millis(seconds), rounds),
                settings.text("patterns.only", ""));
        try (ClusterProcess cluster = new ClusterProcess(jar, out.resolve("servers.log"));
                Servers servers = Servers.of(cluster.urls())) {
            patterns.measureAll(servers);
        }
        new PatternsReport(machine(seconds, rounds), patterns.results).write(out);
        System.out.println("report: " + out.resolve("index.html").toAbsolutePath());
    }

    private void measureAll(Servers servers) {
        ReadPatterns reads = new ReadPatterns(servers);
        WritePatterns writes = new WritePatterns(servers);
        List<Supplier<Pattern>> all = List.of(
                reads::pooledConnections,
                writes::inserts,
                reads::manyQueries,
                reads::indexes,
                reads::replicas,
                () -> new LagPattern(servers).pattern(),
                reads::coalescing,
                () -> new BlockingPattern(servers).pattern(),
                writes::lockOrder,
                writes::hotAccount);
        for (Supplier<Pattern> pattern : all) {
            measure(pattern.get());
            servers.close();
        }
    }

    private void measure(Pattern pattern) {
        if (!pattern.title().toLowerCase(Locale.ROOT).contains(only)) {
            return;
        }
        PatternsReport.Result result = new PatternsReport.Result(pattern, stopwatch.measure(pattern));
        results.add(result);
        System.out.println(pattern.title());
        result.measurements()
                .forEach(measurement -> System.out.printf(
                        Locale.ROOT,
                        "  %-45s %,12.0f %s/s %8.2f ×%n",
                        measurement.variant(),
                        measurement.rate(),
                        pattern.unit(),
                        result.ratio(measurement)));
    }

    private static String machine(double seconds, int rounds) {
        return "%s, %d cores, %s %s, Java %s. Servers and callers share the machine: read the ratios. %d rounds of %s s, the median counts; \"rounds\" is the slowest and the fastest by the median."
                .formatted(
                        LocalDate.now(),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        System.getProperty("java.version"),
                        rounds,
                        seconds);
    }

    private static Duration millis(double seconds) {
        return Duration.ofMillis((long) (seconds * 1e3));
    }
}
