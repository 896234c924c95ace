package io.sluice.routing.pool;

import java.util.Set;

/** Remembers who took a lease. Costs a stack trace, so it is only made when asked for. */
final class TakenAt {

    private static final StackWalker WALKER = StackWalker.getInstance();

    private static final Set<String> OURS = Set.of(
            "io.sluice.routing.Acquisition",
            "io.sluice.routing.Nodes",
            "io.sluice.routing.Observed",
            "io.sluice.routing.Reads",
            "io.sluice.routing.RoutingConnectionFactory",
            "io.sluice.routing.resilience.Deadline",
            "io.sluice.routing.resilience.Hedged");

    private final String line;

    TakenAt() {
        this.line = WALKER.walk(frames -> frames.filter(frame -> isCallers(frame.getClassName()))
                .findFirst()
                .map(StackWalker.StackFrame::toString)
                .orElse(""));
    }

    private static boolean isCallers(String className) {
        return !className.startsWith("io.sluice.routing.pool.")
                && !OURS.contains(className.replaceFirst("\\$.*", ""))
                && !className.startsWith("reactor.")
                && !className.startsWith("io.r2dbc.")
                && !className.startsWith("io.netty.")
                && !className.startsWith("java.");
    }

    String line() {
        return line;
    }
}
