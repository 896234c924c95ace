package io.sluice.loadtests;

import io.sluice.loadtests.checks.Walk;
import io.sluice.loadtests.data.Pairs;
import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything a load test is told from outside, as {@code -Dload.name=…} or {@code LOAD_NAME=…}. The README of this module
 * lists the settings with their defaults.
 *
 * @param url the gateway, without a trailing slash
 * @param token sent as {@code Authorization: Bearer}; null sends nothing
 * @param users concurrent users of a closed model
 * @param rate arriving users a second of an open model; null means the closed model
 * @param duration of the load at its full height
 * @param ramp how long it takes to get there
 * @param givenMix the shares of the flows, when they were set; see {@link #mixOr}
 * @param spread how transfers are spread over the accounts
 * @param sizes how much data one request moves and how much the test works on
 * @param limits what a run may not exceed
 * @param levels the rising load of the ramp to saturation
 * @param spike the short high load of the spike
 * @param readers of streams that are slow or go away
 * @param seed how many rows the seeder adds
 * @param chaos the faults and what they happen to
 */
public record LoadConfig(
        URI url,
        @Nullable String token,
        int users,
        @Nullable Double rate,
        Duration duration,
        Duration ramp,
        @Nullable Mix givenMix,
        Pairs.Spread spread,
        Sizes sizes,
        Limits limits,
        Levels levels,
        Spike spike,
        Readers readers,
        Seed seed,
        Chaos chaos) {

    /** The blend of a day. */
    public static final Mix DAY = Mix.parse("points=50,pages=15,embeds=5,streams=5,ingest=5,transfers=15,ryw=5");

    /**
     * @param knownIds at most so many of the newest ids of a table are read at the start and used as keys
     * @param pageRows rows of a page
     * @param walk pages of customers with their orders that one reader follows
     * @param streamRows rows of a stream
     * @param ingestRows rows of one ingest
     * @param accounts accounts that transfers move money among
     * @param funds minor units that each of them gets at the start
     */
    public record Sizes(
            int knownIds, int pageRows, Walk.Shape walk, int streamRows, int ingestRows, int accounts, int funds) {}

    /**
     * @param errorPercent failed requests that are tolerated; 0 means not one
     * @param p99 the slowest acceptable 99th percentile of all requests; null means any
     */
    public record Limits(double errorPercent, @Nullable Duration p99) {}

    /**
     * @param from journeys a second at the first level
     * @param factor from one level to the next
     * @param count how many levels
     * @param length of each
     * @param kneeMin the run fails when the knee is below so many journeys a second; 0 means any knee will do
     */
    public record Levels(double from, double factor, int count, Duration length, double kneeMin) {}

    /**
     * @param factor how many times the ordinary rate
     * @param length how long it lasts
     * @param recovery how long afterwards the answers may stay slow
     */
    public record Spike(double factor, Duration length, Duration recovery) {}

    /**
     * @param slow how many read slowly
     * @param slowRows rows that each of their streams has
     * @param pause of a slow reader after each piece of some KiB
     * @param leaving how many go away after the first piece, again and again
     */
    public record Readers(int slow, int slowRows, Duration pause, int leaving) {}

    /**
     * @param customers rows
     * @param orders rows
     */
    public record Seed(int customers, int orders) {}

    /**
     * @param script a file with faults or the name of a script that comes with the load tests
     * @param jar the gateway to start
     */
    public record Chaos(String script, String jar) {}

    /** The same for another deployment, in the open model. */
    public LoadConfig against(URI otherUrl, double otherRate, Duration otherDuration) {
        return new LoadConfig(
                otherUrl,
                token,
                users,
                otherRate,
                otherDuration,
                ramp,
                givenMix,
                spread,
                sizes,
                limits,
                levels,
                spike,
                readers,
                seed,
                chaos);
    }

    /** The mix that was set, or else this one. */
    public Mix mixOr(Mix fallback) {
        return givenMix == null ? fallback : givenMix;
    }

    /** The configuration of this process. */
    public static LoadConfig ofProcess() {
        return of(Settings.ofProcess());
    }

    /** Nothing set but the URL. */
    public static LoadConfig ofDefaults(URI url) {
        return of(name -> name.equals("load.url") ? url.toString() : null);
    }

    static LoadConfig of(Function<String, @Nullable String> source) {
        return of(new Settings(source));
    }

    private static LoadConfig of(Settings settings) {
        return new LoadConfig(
                url(settings),
                settings.textOrNull("load.token"),
                settings.positive("load.users", 16),
                settings.positiveOrNull("load.rate"),
                settings.duration("load.duration", Duration.ofSeconds(30)),
                settings.duration("load.ramp", Duration.ofSeconds(5)),
                mix(settings),
                settings.choice("load.spread", Pairs.Spread.UNIFORM, Pairs.Spread.class),
                sizes(settings),
                limits(settings),
                levels(settings),
                spike(settings),
                readers(settings),
                new Seed(
                        settings.atLeast(0, "load.seed.customers", 10_000),
                        settings.atLeast(0, "load.seed.orders", 100_000)),
                new Chaos(
                        settings.text("load.chaos.script", "default"),
                        settings.text("load.chaos.jar", "../gateway/target/sluice.jar")));
    }

    @Nullable
    private static Mix mix(Settings settings) {
        String weights = settings.textOrNull("load.mix");
        return weights == null ? null : Mix.parse(weights);
    }

    private static Levels levels(Settings settings) {
        return new Levels(
                settings.number("load.levels.from", 100, value -> value > 0, "a number above zero"),
                settings.number("load.levels.factor", 1.5, value -> value > 1 && value <= 10, "a number from 1 to 10"),
                settings.positive("load.levels", 12),
                settings.duration("load.levels.length", Duration.ofSeconds(10)),
                settings.number("load.knee.min", 0, value -> value >= 0, "a number, zero or more"));
    }

    private static Readers readers(Settings settings) {
        return new Readers(
                settings.atLeast(0, "load.readers.slow", 4),
                settings.positive("load.readers.rows", 50_000),
                settings.duration("load.readers.pause", Duration.ofMillis(20)),
                settings.atLeast(0, "load.readers.leaving", 4));
    }

    private static Spike spike(Settings settings) {
        return new Spike(
                settings.number("load.spike.factor", 5, value -> value > 1, "a number above one"),
                settings.duration("load.spike.length", Duration.ofSeconds(10)),
                settings.duration("load.spike.recovery", Duration.ofSeconds(10)));
    }

    private static Sizes sizes(Settings settings) {
        return new Sizes(
                settings.positive("load.ids", 100_000),
                settings.positive("load.page.rows", 20),
                new Walk.Shape(
                        settings.positive("load.walk.pages", 5),
                        settings.positive("load.page.rows", 20),
                        settings.positive("load.embed.rows", 5)),
                settings.positive("load.stream.rows", 1_000),
                settings.positive("load.ingest.rows", 200),
                settings.atLeast(2, "load.accounts", 100),
                settings.positive("load.funds", 1_000_000));
    }

    private static Limits limits(Settings settings) {
        Double p99 = settings.positiveOrNull("load.p99.ms");
        return new Limits(
                settings.number("load.errors", 0, value -> value >= 0 && value <= 100, "a percentage from 0 to 100"),
                p99 == null ? null : Duration.ofMillis(p99.longValue()));
    }

    private static URI url(Settings settings) {
        String value = settings.text("load.url", "http://localhost:8080");
        String expected = "an http or https URL such as http://localhost:8080";
        try {
            URI url = URI.create(value.replaceAll("/+$", ""));
            if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                throw Settings.invalid("load.url", value, expected);
            }
            return url;
        } catch (IllegalArgumentException e) {
            throw e instanceof InvalidSettingException ? e : Settings.invalid("load.url", value, expected);
        }
    }
}
