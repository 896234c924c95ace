package io.sluice.routing.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** A result is read further at the very moment in which its server dies. */
@PostgresTest(replicas = 0)
class DeadSocketIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private TestDatabase database;
    private DyingServer server;
    private NodeDriver node;

    @BeforeEach
    void open() throws Exception {
        server = new DyingServer(database.primary());
        node = new NodeDriver(server.address(), PoolSettings.DEFAULTS, builder -> builder);
    }

    @AfterEach
    void close() throws Exception {
        node.close().block(LIMIT);
        server.close();
    }

    @Test
    void theDriverIsNotCaughtInItsOwnLoop() throws Exception {
        PhysicalConnection connection = connect();
        SlowReader reader = whenTheServerDies(connection, dying -> dying.request(Long.MAX_VALUE));

        assertThat(reader.error.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Exception.class);
        turn(connection, () -> {});
    }

    @Test
    void neitherIsOneWhoLeaves() throws Exception {
        PhysicalConnection connection = connect();
        whenTheServerDies(connection, SlowReader::cancel);

        // The reset arrives in a turn of its own.
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!connection.finished(0, false) && System.nanoTime() < end) {
            turn(connection, () -> {});
        }
        assertThat(connection.finished(0, false)).isTrue();
    }

    /** One row is read, the next one waits before the server's last word; in the turn in which it dies the reader acts. */
    private SlowReader whenTheServerDies(PhysicalConnection connection, Consumer<SlowReader> act) throws Exception {
        SlowReader reader = new SlowReader();
        rows(connection).subscribe(reader);
        reader.request(1);
        assertThat(reader.first.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        server.sayLastWord();
        turn(connection, () -> {});
        turn(connection, () -> {
            server.reset();
            act.accept(reader);
        });
        return reader;
    }

    private PhysicalConnection connect() {
        return node.connect()
                .map(driver ->
                        new PhysicalConnection(driver, PoolSettings.DEFAULTS, Clock.systemUTC(), Long.MAX_VALUE, 0))
                .block(LIMIT);
    }

    /** Two rows at a time, so that the driver has to ask the server for the third. */
    private static Flux<Integer> rows(PhysicalConnection connection) {
        return OnLoop.flux(
                connection
                        .driver()
                        .createStatement("SELECT n FROM generate_series(1, $1) n")
                        .bind("$1", 100)
                        .fetchSize(2)
                        .execute()
                        .concatMap(result -> result.map((row, meta) -> row.get(0, Integer.class)), 0),
                connection.loop());
    }

    /** Something done on the connection's loop, which must come to its end. */
    private static void turn(PhysicalConnection connection, Runnable work) throws Exception {
        CompletableFuture.runAsync(work, connection.loop().executor()).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private static final class SlowReader extends BaseSubscriber<Integer> {

        private final CountDownLatch first = new CountDownLatch(1);
        private final List<Integer> rows = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Throwable> error = new CompletableFuture<>();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // The test asks.
        }

        @Override
        protected void hookOnNext(Integer row) {
            rows.add(row);
            first.countDown();
        }

        @Override
        protected void hookOnError(Throwable throwable) {
            error.complete(throwable);
        }
    }
}
