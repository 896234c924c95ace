package io.sluice.routing.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.sluice.routing.observe.Outcome;
import io.sluice.routing.observe.RoutingMeters;
import io.sluice.routing.observe.RoutingObserver;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * The router's {@link RoutingMeters#timers()} as observations: timers for a handler of meters, spans for one of traces.
 * Their parent is the observation in the caller's Reactor Context.
 */
public final class RoutingObservations implements RoutingObserver {

    private static final String NODE = "node";
    private static final String OUTCOME = "outcome";
    private static final String NONE = "none";

    private final ObservationRegistry registry;

    public RoutingObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** Timers alone, for those who have no {@code ObservationRegistry}. */
    public static RoutingObservations timers(MeterRegistry meters) {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        return new RoutingObservations(registry);
    }

    @Override
    public Running begin(RoutingMeters meter, ContextView caller) {
        Observation observation = Observation.createNotStarted(meter.meterName(), registry)
                .contextualName(meter.meterName().replace('.', ' '))
                .parentObservation(caller.getOrDefault(ObservationThreadLocalAccessor.KEY, null))
                .start();
        return new Span(observation);
    }

    private static final class Span implements Running {

        private final Observation observation;
        private final AtomicBoolean over = new AtomicBoolean();

        private Span(Observation observation) {
            this.observation = observation;
        }

        @Override
        public void end(@Nullable String node, Outcome outcome, @Nullable Throwable error) {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            observation
                    .lowCardinalityKeyValue(NODE, node == null ? NONE : node)
                    .lowCardinalityKeyValue(OUTCOME, outcome.name().toLowerCase(Locale.ROOT));
            if (error != null) {
                observation.error(error);
            }
            observation.stop();
        }
    }
}
