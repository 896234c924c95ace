package io.sluice.routing.resilience;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Decides after which time, and whether at all, a read is asked of a second node. */
public final class Hedging {

    private final HedgeSettings settings;
    private final LatencyWindow recent;
    private final RetryBudget budget;

    public Hedging(HedgeSettings settings) {
        this.settings = settings;
        this.recent = new LatencyWindow(settings.percentile());
        this.budget = new RetryBudget(settings.share(), settings.floor());
    }

    /** A read begins. Null where it is not to be hedged. */
    public @Nullable Duration delay() {
        if (!settings.enabled()) {
            return null;
        }
        budget.request();
        if (!settings.fixedDelay().isZero()) {
            return settings.fixedDelay();
        }
        long nanos = recent.valueNanos();
        return nanos < 0
                ? null
                : Duration.ofNanos(Math.max(nanos, settings.minDelay().toNanos()));
    }

    /** Takes a hedge where the budget has one. */
    public boolean allowed() {
        return budget.retry();
    }

    /** A read has brought its first element, or its end, after that time. */
    public void answered(long nanos) {
        if (settings.enabled()) {
            recent.record(nanos);
        }
    }

    public boolean enabled() {
        return settings.enabled();
    }
}
