package io.sluice.loadtests.simulations;

import io.sluice.loadtests.report.Knee;
import io.sluice.loadtests.report.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Rising levels of offered load, each as long as the others. */
final class Levels {

    /** The start of a level still holds what the one before left behind. */
    private static final double SETTLING_SHARE = 0.25;

    private final List<Double> rates;
    private final int seconds;

    /**
     * @param from journeys a second of the first level
     * @param factor from one level to the next
     * @param count how many
     * @param seconds how long each lasts
     */
    Levels(double from, double factor, int count, int seconds) {
        this.rates = DoubleStream.iterate(from, rate -> rate * factor)
                .limit(count)
                .boxed()
                .toList();
        this.seconds = seconds;
    }

    List<Double> rates() {
        return rates;
    }

    int seconds() {
        return seconds;
    }

    /** The level at a second of the run. */
    int levelAt(int second) {
        return Math.min(second / seconds, rates.size() - 1);
    }

    /** What the levels that are over by this second reached. */
    List<Knee.Level> reached(Timeline timeline, int now) {
        List<Knee.Level> levels = new ArrayList<>();
        int settling = (int) Math.ceil(seconds * SETTLING_SHARE);
        for (int level = 0; level < rates.size() && (level + 1) * seconds <= now; level++) {
            Timeline.Span span = timeline.span(level * seconds + settling, (level + 1) * seconds);
            levels.add(new Knee.Level(rates.get(level), span));
        }
        return levels;
    }
}
