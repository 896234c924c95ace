package io.sluice.loadtests.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What happened to the answers between one mark and the next, one sentence for each mark. */
public final class FaultEffects {

    private FaultEffects() {}

    /** @param end the second after the last one of the load */
    public static List<String> of(Timeline timeline, List<Mark> marks, int end) {
        List<String> effects = new ArrayList<>();
        for (int i = 0; i < marks.size(); i++) {
            int from = marks.get(i).second();
            int to = Math.max(from + 1, i + 1 < marks.size() ? marks.get(i + 1).second() : end);
            Timeline.Span span = timeline.span(from, to);
            effects.add(String.format(
                    Locale.ROOT,
                    "%d s %s: %d answers, %d failed%s, p99 %.0f ms%s",
                    from,
                    marks.get(i).text(),
                    span.ok(),
                    span.failed(),
                    kinds(timeline.failures(from, to)),
                    span.p99Micros() / 1e3,
                    silence(timeline, from, to)));
        }
        return effects;
    }

    private static String kinds(Map<String, Long> failures) {
        return failures.isEmpty()
                ? ""
                : failures.entrySet().stream()
                        .map(kind -> kind.getKey() + " " + kind.getValue())
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    private static String silence(Timeline timeline, int from, int to) {
        int longest = 0;
        int silent = 0;
        for (int second = from; second < to; second++) {
            silent = timeline.span(second, second + 1).ok() == 0 ? silent + 1 : 0;
            longest = Math.max(longest, silent);
        }
        return longest == 0 ? "" : ", nothing answered for " + longest + " s";
    }
}
