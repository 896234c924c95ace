package io.sluice.gateway.rest;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sluice.gateway.execute.Statements;
import io.sluice.gateway.query.PointPlan;
import io.sluice.gateway.query.SqlRenderer;
import io.sluice.gateway.stream.KeyedRows;
import io.sluice.gateway.stream.KeyedRows.Found;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.batch.BatchLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Reads rows by key; those of concurrent requests of the same shape in one statement. */
@Component
final class PointReads implements MeterBinder {

    /** More shapes at a time than any application has. */
    private static final int MOST_SHAPES = 1_000;

    /** As much as is gathered of a streamed answer before it leaves, so that both have the same headers. */
    private static final int MOST_BYTES_EACH = 128 * 1024 - 2;

    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private final RoutingConnectionFactory routing;
    private final SqlRenderer renderer;
    private final int maxBatch;
    private final Map<PointPlan.Shape, BatchLoader<String, Answered>> loaders = new ConcurrentHashMap<>();
    private final LongAdder reads = new LongAdder();
    private final LongAdder statements = new LongAdder();

    PointReads(RoutingConnectionFactory routing, SqlRenderer renderer, RestSettings settings) {
        this.routing = routing;
        this.renderer = renderer;
        this.maxBatch = settings.coalesce();
    }

    /** What has a key, and who said so. */
    record Answered(String node, Found found) {}

    /** Whether reads may share statements at all. */
    boolean enabled() {
        return maxBatch > 1;
    }

    /**
     * What a plan reads; empty where that is so large that it should be streamed. A cancel leaves the other readers
     * alone.
     */
    Mono<Answered> read(PointPlan plan) {
        return Mono.defer(() -> {
                    reads.increment();
                    return loader(plan).load(plan.key());
                })
                .onErrorResume(KeyedRows.TooLargeException.class, large -> Mono.empty())
                .filter(answered -> answered.found().json().length <= MOST_BYTES_EACH);
    }

    private BatchLoader<String, Answered> loader(PointPlan plan) {
        BatchLoader<String, Answered> known = loaders.get(plan.shape());
        if (known != null) {
            return known;
        }
        if (loaders.size() >= MOST_SHAPES) {
            // Those that are in use come back at once, and what is on its way arrives all the same.
            loaders.clear();
        }
        return loaders.computeIfAbsent(plan.shape(), shape -> BatchLoader.<String, Answered>of(keys -> load(plan, keys))
                .maxBatch(maxBatch)
                .dividesOn(PointReads::mayBeOneRowsFault)
                .build());
    }

    private Mono<Map<String, Answered>> load(PointPlan plan, List<String> keys) {
        statements.increment();
        return routing.read(
                        connection -> KeyedRows.read(Statements.of(connection, plan.many(keys, renderer)), MOST_BYTES)
                                .map(found -> answered(connection.node(), keys, found)))
                .single();
    }

    private static Map<String, Answered> answered(String node, List<String> keys, Map<String, Found> found) {
        Map<String, Answered> all = new HashMap<>();
        keys.forEach(key -> all.put(key, new Answered(node, found.getOrDefault(key, Found.NONE))));
        return all;
    }

    /** A value that cannot be cast, or a row too wide to be held among the others. */
    private static boolean mayBeOneRowsFault(Throwable error) {
        return error instanceof KeyedRows.TooLargeException || BatchLoader.isDataException(error);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("sluice.point.reads", reads, LongAdder::sum)
                .description("reads of one row by key that may share a statement")
                .register(registry);
        FunctionCounter.builder("sluice.point.statements", statements, LongAdder::sum)
                .description("statements that answered them")
                .register(registry);
    }
}
