package io.sluice.routing.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlConnectionMetadata;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.test.MockRow;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** How the monitor waits for a position, by version. The server is played: none of version 19 can be embedded yet. */
class ServerWaitTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Lsn BEFORE = new Lsn(0x50);
    private static final Lsn TARGET = new Lsn(0x64);

    private final List<String> statements = new CopyOnWriteArrayList<>();
    private volatile Lsn replayed = BEFORE;
    private NodeMonitor monitor;

    @AfterEach
    void stop() {
        monitor.stop();
    }

    @ParameterizedTest
    @CsvSource({"19.0,true", "19beta2,true", "19devel,true", "20.1,true", "18.6,false", "9.6.24,false", "'',false"})
    void theVersionDecides(String version, boolean known) {
        monitor = monitor(version, Mono.empty());
        assertThat(ServerWait.knownTo(version)).isEqualTo(known);
    }

    @Test
    void aServerThatCanWaitIsAskedToAndTheMonitorLooksForItselfAfterwards() {
        monitor = monitor("19.0", Mono.fromRunnable(() -> replayed = TARGET));
        monitor.start();

        assertThat(awaitTarget()).isTrue();
        assertThat(statements).contains("WAIT FOR LSN '0/64' WITH (TIMEOUT '20ms', NO_THROW)");
        assertThat(statements.get(statements.size() - 1)).contains("pg_is_in_recovery");
    }

    @Test
    void anOlderServerNeverHearsOfIt() {
        monitor = monitor("18.6", Mono.empty());
        monitor.start();
        Mono<Boolean> waiting = monitor.awaitReplay(new ConsistencyToken(1, TARGET), LIMIT);
        Boolean reached = waiting.doOnSubscribe(
                        s -> Mono.delay(Duration.ofMillis(100)).subscribe(tick -> replayed = TARGET, error -> {}))
                .block(LIMIT);

        assertThat(reached).isTrue();
        assertThat(statements).hasSizeGreaterThan(2).noneMatch(sql -> sql.contains("WAIT"));
    }

    @Test
    void aServerThatRefusesIsPolledAsIfItWereOlder() {
        monitor = monitor(
                "19.0",
                Mono.delay(Duration.ofMillis(1))
                        .then(Mono.error(new R2dbcBadGrammarException("syntax error", "42601"))));
        monitor.start();
        Mono.delay(Duration.ofMillis(200)).subscribe(tick -> replayed = TARGET, error -> {});

        assertThat(awaitTarget()).isTrue();
        assertThat(statements).filteredOn(sql -> sql.contains("WAIT")).hasSize(1);
    }

    private Boolean awaitTarget() {
        return monitor.awaitReplay(new ConsistencyToken(1, TARGET), LIMIT).block(LIMIT);
    }

    private NodeMonitor monitor(String version, Mono<Void> onWait) {
        NodeMonitor.Listener nobody = new NodeMonitor.Listener() {
            @Override
            public void answered(String node, Probe.Answer answer) {}

            @Override
            public void failed(String node, String reason) {}
        };
        return new NodeMonitor(
                "node",
                Mono.just(connection(version, onWait)),
                MonitorSettings.DEFAULTS,
                nobody,
                Schedulers.parallel());
    }

    private PostgresqlConnection connection(String version, Mono<Void> onWait) {
        PostgresqlConnectionMetadata metadata = play(
                PostgresqlConnectionMetadata.class,
                (self, method, arguments) -> method.getName().equals("getDatabaseVersion") ? version : "PostgreSQL");
        return play(PostgresqlConnection.class, (self, method, arguments) -> switch (method.getName()) {
            case "getMetadata" -> metadata;
            case "getNotifications" -> Flux.<Notification>never();
            case "close" -> Mono.empty();
            case "createStatement" -> statement((String) arguments[0], onWait);
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private PostgresqlStatement statement(String sql, Mono<Void> onWait) {
        return play(PostgresqlStatement.class, (self, method, arguments) -> switch (method.getName()) {
            case "fetchSize" -> self;
            case "execute" ->
                Flux.defer(() -> {
                    statements.add(sql);
                    return sql.startsWith("WAIT") ? onWait.thenMany(Flux.empty()) : Flux.just(answer());
                });
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    @SuppressWarnings("unchecked")
    private PostgresqlResult answer() {
        Row row = MockRow.builder()
                .identified(0, Boolean.class, true)
                .identified(1, String.class, replayed.toString())
                .identified(2, String.class, replayed.toString())
                .identified(3, Integer.class, 1)
                .identified(4, String.class, "on")
                .build();
        return play(
                PostgresqlResult.class,
                (self, method, arguments) ->
                        Flux.just(((BiFunction<Row, RowMetadata, Object>) arguments[0]).apply(row, row.getMetadata())));
    }

    private static <T> T play(Class<T> role, InvocationHandler lines) {
        return role.cast(Proxy.newProxyInstance(role.getClassLoader(), new Class<?>[] {role}, lines));
    }
}
