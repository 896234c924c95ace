package io.sluice.routing.observe;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Where events go: the log, and whoever listens. A listener that is too slow misses some. */
public final class Events {

    private static final Logger LOG = LoggerFactory.getLogger("io.sluice.routing");

    private final Sinks.Many<RoutingEvent> sink = Sinks.many().multicast().directBestEffort();

    /** Called from any thread. */
    public synchronized void publish(RoutingEvent event) {
        log(event);
        sink.tryEmitNext(event);
    }

    private static void log(RoutingEvent event) {
        if (event instanceof RoutingEvent.NodeDown
                || event instanceof RoutingEvent.PrimaryLost
                || event instanceof RoutingEvent.NodeFenced
                || event instanceof RoutingEvent.LeaseLeaked) {
            LOG.warn("{}", event);
        } else if (event instanceof RoutingEvent.ConnectionDiscarded
                || event instanceof RoutingEvent.ReadRetried
                || event instanceof RoutingEvent.ReadHedged
                || event instanceof RoutingEvent.HedgeWon) {
            LOG.debug("{}", event);
        } else {
            LOG.info("{}", event);
        }
    }

    /** Events from now on. */
    public Flux<RoutingEvent> flux() {
        return sink.asFlux();
    }

    public void close() {
        sink.tryEmitComplete();
    }
}
