package io.sluice.gateway.schema;

import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.sluice.gateway.start.Databases;
import io.sluice.gateway.start.Login;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.observe.RoutingEvent.PrimaryChanged;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Reads the schema anew when PostgreSQL says so: {@code NOTIFY pgrst, 'reload schema'}. It listens on a connection of
 * its own to the primary, as replicas tell nothing. Whenever it has connected again it may have missed something, so
 * that it reads the schema then, too.
 */
final class SchemaListener implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SchemaListener.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** A network that was cut says nothing: the connection has to prove itself. */
    private static final Duration PROOF_INTERVAL = Duration.ofSeconds(20);

    private static final Duration PROOF_TIMEOUT = Duration.ofSeconds(10);

    private final SchemaCache schemas;
    private final RoutingConnectionFactory routing;
    private final Databases databases;
    private final String channel;
    private volatile Disposable running = Disposables.disposed();

    SchemaListener(SchemaCache schemas, RoutingConnectionFactory routing, Databases databases, String channel) {
        this.schemas = schemas;
        this.routing = routing;
        this.databases = databases;
        this.channel = channel;
    }

    @Override
    public void start() {
        running = listening()
                .repeat()
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .transientErrors(true)
                        .doBeforeRetry(lost -> log.debug(
                                "no notifications of the schema: {}",
                                String.valueOf(lost.failure().getMessage()))))
                .subscribe(schema -> {}, error -> log.error("The schema is not watched any more", error));
    }

    @Override
    public void stop() {
        running.dispose();
    }

    @Override
    public boolean isRunning() {
        return !running.isDisposed();
    }

    private Flux<Schema> listening() {
        return Mono.fromSupplier(this::primary)
                .flatMap(Mono::justOrEmpty)
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("there is no primary")))
                .flatMapMany(address -> Login.using(address, this::reloads))
                .takeUntilOther(routing.events().ofType(PrimaryChanged.class).next());
    }

    private Optional<NodeAddress> primary() {
        String name = routing.state().primary();
        return databases.all().stream()
                .filter(address -> address.name().equals(name))
                .findFirst();
    }

    private Flux<Schema> reloads(Connection connection) {
        PostgresqlConnection listening = (PostgresqlConnection) connection;
        Flux<String> wishes = listening
                .getNotifications()
                .map(SchemaListener::wish)
                .filter(wish -> wish.isEmpty() || wish.equals("reload schema"));
        Mono<Void> proofs = Flux.interval(PROOF_INTERVAL)
                .onBackpressureDrop()
                .concatMap(tick -> execute(listening, "SELECT 1").timeout(PROOF_TIMEOUT), 1)
                .then();
        Flux<String> all = execute(listening, "LISTEN \"" + channel.replace("\"", "\"\"") + "\"")
                .thenReturn("")
                .concatWith(wishes.mergeWith(proofs.then(Mono.empty())));
        return all.onBackpressureLatest().concatMap(wish -> reload(), 1);
    }

    private static String wish(Notification notification) {
        String parameter = notification.getParameter();
        return parameter == null ? "" : parameter.trim();
    }

    /** A reading that fails leaves what is there; the next wish or the next connection makes up for it. */
    private Mono<Schema> reload() {
        return schemas.reloadFromNow()
                .doOnError(error -> log.warn("The schema could not be read: {}", String.valueOf(error.getMessage())))
                .onErrorComplete();
    }

    private static Mono<Void> execute(PostgresqlConnection connection, String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> result.getRowsUpdated())
                .then();
    }
}
