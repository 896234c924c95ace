package io.sluice.gateway.schema;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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

    private final Mono<Schema> reading;
    private final Clock clock;
    private final AtomicReference<@Nullable Mono<Schema>> loading = new AtomicReference<>();
    private volatile @Nullable Loaded loaded;

    private record Loaded(Schema schema, Instant at, Duration took) {}

    /**
     * What is there.
     *
     * @param took how long PostgreSQL and the gateway had to work for it
     */
    public record Status(Instant loadedAt, Duration took, int tables, int functions) {}

    public SchemaCache(ConnectionFactory connections, Clock clock) {
        this(Mono.defer(new SchemaReader(connections)::read), clock);
    }

    /** {@code reading} reads on each subscription. */
    SchemaCache(Mono<Schema> reading, Clock clock) {
        this.reading = reading;
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
            Instant start = clock.instant();
            Mono<Schema> fresh = reading.doOnNext(schema -> loaded(schema, start))
                    .doOnTerminate(() -> loading.set(null))
                    .cache();
            Mono<Schema> running = loading.compareAndSet(null, fresh) ? fresh : loading.get();
            return running == null ? fresh : running;
        });
    }

    private void loaded(Schema schema, Instant start) {
        Instant now = clock.instant();
        loaded = new Loaded(schema, now, Duration.between(start, now));
    }

    /** The schema as it is from now on: where it is being read already, it is read once more behind that. */
    public Mono<Schema> reloadFromNow() {
        return Mono.defer(() -> {
            Mono<Schema> running = loading.get();
            return running == null ? reload() : running.onErrorComplete().then(Mono.defer(this::reload));
        });
    }

    /** What is there; empty before the first reading. */
    public Optional<Status> status() {
        Loaded current = loaded;
        return Optional.ofNullable(current)
                .map(read -> new Status(
                        read.at(),
                        read.took(),
                        read.schema().tables().size(),
                        read.schema().functions().size()));
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
