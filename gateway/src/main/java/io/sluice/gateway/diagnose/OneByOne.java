package io.sluice.gateway.diagnose;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Notices clients that read rows one by one: {@code id=eq.1}, {@code id=eq.2}, ... Each needs a round trip for what one
 * request would have brought.
 *
 * <p>What is remembered is bounded: clients that come when there are too many are not watched. Safe for any number of
 * threads; costs a look into a map.
 */
public final class OneByOne implements MeterBinder {

    static final int MOST_RUNS = 4_096;
    static final int MOST_FINDINGS = 200;

    private static final int SHOWN = 8;
    private static final int LONGEST_VALUE = 64;

    /** A longer pause ends a run. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final int threshold;
    private final Clock clock;
    private final Map<Key, Run> runs = new ConcurrentHashMap<>();
    private final Map<Column, Tally> tallies = new ConcurrentHashMap<>();
    private final LongAdder noticed = new LongAdder();
    private volatile long sweptMillis;

    /** Notices a run when it has {@code threshold} reads; never where that is 0. */
    public OneByOne(int threshold, Clock clock) {
        this.threshold = threshold;
        this.clock = clock;
    }

    /**
     * A read of the rows of one value.
     *
     * @param path of the table, as clients see it
     * @param parent a table that has many of these rows for each of its own, by this column; null where there is none
     */
    public record Read(
            String client,
            String path,
            String table,
            String column,
            String value,
            @Nullable String parent) {}

    private record Key(String client, String table, String column) {}

    private record Column(String table, String name) {}

    /** Reads of one client by one column. Guarded by itself. */
    private static final class Run {

        private final Deque<String> values = new ArrayDeque<>(SHOWN);
        private int reads;
        private long lastMillis;
        private @Nullable String advice;
        private int untilNext;

        synchronized boolean add(String value, long now, int threshold) {
            if (now - lastMillis > PAUSE.toMillis()) {
                reads = 0;
                values.clear();
                advice = null;
            }
            lastMillis = now;
            if (value.equals(values.peekLast())) {
                return false;
            }
            if (values.size() == SHOWN) {
                values.removeFirst();
            }
            values.addLast(value);
            return ++reads >= threshold;
        }

        /** What there was to say, until every value in it is an old one. */
        synchronized @Nullable String advice() {
            return untilNext-- > 0 ? advice : null;
        }

        synchronized String advise(Function<List<String>, String> text) {
            String made = text.apply(List.copyOf(values));
            advice = made;
            untilNext = SHOWN - 1;
            return made;
        }

        synchronized boolean isOver(long now) {
            return now - lastMillis > PAUSE.toMillis();
        }
    }

    /** What was noticed about a column, and of how many reads. */
    private static final class Tally {

        private final String table;
        private final String column;
        private final LongAdder reads = new LongAdder();
        private volatile long lastMillis;
        private volatile String instead = "";

        Tally(String table, String column) {
            this.table = table;
            this.column = column;
        }

        Finding finding() {
            return new Finding(table, column, reads.sum(), Instant.ofEpochMilli(lastMillis), instead);
        }
    }

    /** What a client should be told after this read; null where there is nothing to say. */
    public @Nullable String advice(Read read) {
        if (threshold < 1 || read.value().length() > LONGEST_VALUE) {
            return null;
        }
        long now = clock.millis();
        Run run = run(new Key(read.client(), read.table(), read.column()), now);
        if (run == null || !run.add(read.value(), now, threshold)) {
            return null;
        }
        noticed.increment();
        Tally tally = tally(read);
        if (tally != null) {
            tally.reads.increment();
            tally.lastMillis = now;
        }
        String known = run.advice();
        return known != null ? known : run.advise(values -> text(read, instead(read, values), tally));
    }

    private static String text(Read read, String instead, @Nullable Tally tally) {
        if (tally != null) {
            tally.instead = instead;
        }
        return "rows of " + read.table() + " are read one by one; " + instead + " would do";
    }

    private @Nullable Run run(Key key, long now) {
        Run known = runs.get(key);
        if (known != null) {
            return known;
        }
        if (runs.size() >= MOST_RUNS) {
            sweep(now);
        }
        return runs.size() >= MOST_RUNS ? null : runs.computeIfAbsent(key, unknown -> new Run());
    }

    /** At most once a pause: under more clients than are watched this must not cost each of them a walk. */
    private void sweep(long now) {
        if (now - sweptMillis > PAUSE.toMillis()) {
            sweptMillis = now;
            runs.values().removeIf(run -> run.isOver(now));
        }
    }

    private static String instead(Read read, List<String> values) {
        if (read.parent() != null) {
            String above = read.path().substring(0, read.path().lastIndexOf('/') + 1);
            return "GET " + above + encoded(read.parent()) + "?select=*," + encoded(read.table()) + "(*)";
        }
        StringJoiner list = new StringJoiner(",", "(", ",...)");
        values.forEach(value -> list.add(encoded(value)));
        return "GET " + read.path() + "?" + encoded(read.column()) + "=in." + list;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private @Nullable Tally tally(Read read) {
        Column column = new Column(read.table(), read.column());
        Tally known = tallies.get(column);
        return known != null || tallies.size() >= MOST_FINDINGS
                ? known
                : tallies.computeIfAbsent(column, unknown -> new Tally(column.table(), column.name()));
    }

    /** What was noticed since the start, the most reads first. */
    public List<Finding> findings() {
        return tallies.values().stream()
                .map(Tally::finding)
                .sorted(Comparator.comparingLong(Finding::reads).reversed())
                .toList();
    }

    int watched() {
        return runs.size();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("sluice.advice.one.by.one", noticed, LongAdder::sum)
                .description("reads of clients that read rows one by one where one request would do")
                .register(registry);
    }
}
