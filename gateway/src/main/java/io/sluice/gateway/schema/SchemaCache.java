package io.sluice.gateway.schema;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The current {@link Schema}. It is loaded at the first question, replaced as a whole by a reload, and goes on being
 * served while a reload runs or when one fails. Safe for any number of threads.
 */
public final class SchemaCache {

    /** A request that misses a relation may cause a reload; not more often than this. */
    private static final Duration MISS_INTERVAL = Duration.ofSeconds(5);

    private final SchemaReader reader;
    private final Clock clock;
    private final AtomicReference<@Nullable Mono<Schema>> loading = new AtomicReference<>();
    private volatile @Nullable Loaded loaded;

    private record Loaded(Schema schema, Instant at) {}

    public SchemaCache(ConnectionFactory connections, Clock clock) {
        this.reader = new SchemaReader(connections);
        this.clock = clock;
    }

    /**
     * The schema as last read; reads it when that never worked.
     *
     * <p>Errors: those of R2DBC where no node answers.
     */
    public Mono<Schema> schema() {
        Loaded current = loaded;
        return current != null ? Mono.just(current.schema()) : Mono.defer(this::reload);
    }

    /** The schema as last read, nothing but an empty one before that. */
    public Schema current() {
        Loaded current = loaded;
        return current == null ? Schema.EMPTY : current.schema();
    }

    /**
     * Reads the schema anew. Callers that come while it is being read share that one reading; a cancel does not stop
     * it for the others.
     */
    public Mono<Schema> reload() {
        return Mono.defer(() -> {
            Mono<Schema> fresh = reader.read()
                    .doOnNext(schema -> loaded = new Loaded(schema, clock.instant()))
                    .doFinally(signal -> loading.set(null))
                    .cache();
            Mono<Schema> running = loading.compareAndSet(null, fresh) ? fresh : loading.get();
            return running == null ? fresh : running;
        });
    }

    /**
     * For somebody who misses a relation: the schema read anew, unless that happened in the last few seconds. A reading
     * that fails yields what is there.
     */
    public Mono<Schema> schemaAfterMiss() {
        return Mono.defer(() -> {
            Loaded current = loaded;
            if (current == null) {
                return reload();
            }
            boolean recent = current.at().plus(MISS_INTERVAL).isAfter(clock.instant());
            return recent ? Mono.just(current.schema()) : reload().onErrorReturn(current.schema());
        });
    }
}
