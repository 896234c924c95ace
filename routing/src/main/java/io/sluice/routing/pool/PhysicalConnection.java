package io.sluice.routing.pool;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ValidationDepth;
import java.time.Clock;
import java.time.Duration;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A connection of the driver together with what its pool knows about it. Used by one lease at a time. */
final class PhysicalConnection extends ForwardingConnection<PostgresqlConnection> {

    private final PostgresqlConnection driver;
    private final PoolSettings settings;
    private final Clock clock;
    private final long expiresMillis;
    private final int generation;

    private volatile boolean doomed;
    private volatile boolean commitModeDiffers;
    private volatile long usedMillis;

    PhysicalConnection(
            PostgresqlConnection driver, PoolSettings settings, Clock clock, long expiresMillis, int generation) {
        super(driver);
        this.driver = driver;
        this.settings = settings;
        this.clock = clock;
        this.expiresMillis = expiresMillis;
        this.generation = generation;
        this.usedMillis = clock.millis();
    }

    PostgresqlConnection driver() {
        return driver;
    }

    /** Never hand this connection out again. */
    void doom() {
        doomed = true;
    }

    void commitModeMayDiffer() {
        commitModeDiffers = true;
    }

    boolean commitModeDiffers() {
        return commitModeDiffers;
    }

    void used() {
        usedMillis = clock.millis();
    }

    /** Whether the pool has to close this connection instead of handing it out. */
    boolean finished(int currentGeneration, boolean aboveMinimum) {
        long now = clock.millis();
        long maxIdleMillis = settings.maxIdle().toMillis();
        return doomed
                || generation != currentGeneration
                || now >= expiresMillis
                || (aboveMinimum && maxIdleMillis > 0 && now - usedMillis >= maxIdleMillis)
                || !open();
    }

    /** The driver answers a local check on the calling thread, without I/O. */
    private boolean open() {
        return Boolean.TRUE.equals(
                driver.validate(ValidationDepth.LOCAL).toFuture().getNow(false));
    }

    /**
     * Asked by the pool before each lease and at each release: a local check, unless the connection has lain unused
     * for so long that the network between may have forgotten it.
     */
    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        if (doomed) {
            return Mono.error(new StaleConnectionException());
        }
        boolean fresh =
                clock.millis() - usedMillis < settings.validateAfterIdle().toMillis();
        if (depth == ValidationDepth.LOCAL && fresh) {
            return required(driver.validate(ValidationDepth.LOCAL));
        }
        return required(
                driver.validate(ValidationDepth.REMOTE).timeout(settings.validationTimeout(), Mono.just(false)));
    }

    private static Mono<Boolean> required(Mono<Boolean> valid) {
        return valid.handle((yes, sink) -> {
            if (yes) {
                sink.next(true);
            } else {
                sink.error(new StaleConnectionException());
            }
        });
    }

    /** Says goodbye, but does not wait for a server that does not listen. */
    @Override
    public Mono<Void> close() {
        Duration limit = settings.releaseTimeout();
        return driver.close().timeout(limit).onErrorComplete();
    }
}
