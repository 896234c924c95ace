package io.sluice.gateway.rest;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.sluice.gateway.execute.Statements;
import io.sluice.gateway.fastpath.ShortRead.ShortAnswer;
import io.sluice.gateway.query.KeyedPlan;
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
final class KeyedReads implements MeterBinder {

    /** More shapes at a time than any application has. */
    private static final int MOST_SHAPES = 1_000;

    /** One list after another is made by one process of PostgreSQL's: more of them, and others had better share the work. */
    private static final int MOST_LISTS = 16;

    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private final RoutingConnectionFactory routing;
    private final SqlRenderer renderer;
    private final int maxBatch;
    private final Map<KeyedPlan.Shape, KeyedShape> shapes = new ConcurrentHashMap<>();
    private final LongAdder reads = new LongAdder();
    private final LongAdder statements = new LongAdder();

    KeyedReads(RoutingConnectionFactory routing, SqlRenderer renderer, RestSettings settings) {
        this.routing = routing;
        this.renderer = renderer;
        this.maxBatch = settings.coalesce();
    }

    /** What has a key, and who said so. */
    record Answered(String node, Found found) implements ShortAnswer {

        @Override
        public byte[] body() {
            return found.array();
        }

        @Override
        public String range() {
            return ContentRange.of(0, found.rows(), null);
        }
    }

    /** Whether reads may share statements at all. */
    boolean enabled() {
        return maxBatch > 1;
    }

    /** Where reads of the plan's shape come together. */
    KeyedShape shape(KeyedPlan plan) {
        KeyedShape known = shapes.get(plan.shape());
        if (known != null) {
            return known;
        }
        if (shapes.size() >= MOST_SHAPES) {
            // Those that are in use come back at once, and what is on its way arrives all the same.
            shapes.clear();
        }
        return shapes.computeIfAbsent(plan.shape(), shape -> new KeyedShape(loader(plan), !plan.isUnique(), reads));
    }

    private BatchLoader<String, Answered> loader(KeyedPlan plan) {
        return BatchLoader.<String, Answered>of(keys -> load(plan, keys))
                .maxBatch(plan.isUnique() ? maxBatch : Math.min(maxBatch, MOST_LISTS))
                .dividesOn(KeyedReads::mayBeOneKeysFault)
                .build();
    }

    private Mono<Map<String, Answered>> load(KeyedPlan plan, List<String> keys) {
        statements.increment();
        return routing.read(connection -> KeyedRows.read(
                                connection, Statements.of(connection, plan.many(keys, renderer)), MOST_BYTES)
                        .map(found -> answered(connection.node(), keys, found)))
                .single();
    }

    private static Map<String, Answered> answered(String node, List<String> keys, Map<String, Found> found) {
        Map<String, Answered> all = new HashMap<>();
        keys.forEach(key -> all.put(key, new Answered(node, found.getOrDefault(key, Found.NONE))));
        return all;
    }

    /** A value that cannot be cast, or rows too long to be held among the others. */
    private static boolean mayBeOneKeysFault(Throwable error) {
        return error instanceof KeyedRows.TooLargeException || BatchLoader.isDataException(error);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("sluice.point.reads", reads, LongAdder::sum)
                .description("reads by key that may share a statement")
                .register(registry);
        FunctionCounter.builder("sluice.point.statements", statements, LongAdder::sum)
                .description("statements that answered them")
                .register(registry);
    }
}
