package io.sluice.routing.pool;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.sluice.routing.WireColumn;
import io.sluice.routing.WireRows;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Rows that go past the driver, on connections that the driver goes on using. */
@Tag("containers")
@PostgresTest(replicas = 0)
class WireRowsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String ENDLESS = "SELECT n, repeat('x', 1000) FROM generate_series(1, $1) AS n";

    private final List<String> discarded = new CopyOnWriteArrayList<>();
    private TestDatabase database;
    private NodeDriver driver;
    private NodePool pool;

    @BeforeEach
    void open() {
        driver = new NodeDriver(database.primary(), PoolSettings.DEFAULTS, builder -> builder);
        pool = new NodePool(
                driver, PoolSettings.DEFAULTS.withMaxSize(1), new DiscardsListener(discarded), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        pool.close().then(driver.close()).block(LIMIT);
    }

    @Test
    void comeInOrderWithTheirColumnsAndTheResultHasNone() {
        for (int round = 0; round < 3; round++) {
            Wire wire = new Wire();
            use(lease -> rows(
                                    lease,
                                    bound(lease, "SELECT n, NULL AS nothing FROM generate_series(1, $1) AS n", 5000),
                                    wire)
                            .concatWith(rows(lease, lease.createStatement("SELECT 'x' AS t"), wire)))
                    .as(StepVerifier::create)
                    .expectComplete()
                    .verify(LIMIT);
            assertThat(wire.columns)
                    .containsExactly(
                            List.of(new WireColumn("n", 23), new WireColumn("nothing", 25)),
                            List.of(new WireColumn("t", 25)));
            assertThat(wire.firsts).hasSize(5001).startsWith("1", "2", "3").endsWith("4999", "5000", "x");
        }
        assertThat(discarded).isEmpty();
    }

    @Test
    void comeInRoundsWhereTheServerIsAskedForSoManyAtATime() {
        Wire wire = new Wire();
        use(lease -> rows(
                                lease,
                                bound(lease, "SELECT n FROM generate_series(1, $1) AS n", 1000)
                                        .fetchSize(64),
                                wire)
                        .concatWith(rows(lease, bound(lease, "SELECT 'next' WHERE $1 = 0", 0), wire)))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(wire.firsts).hasSize(1001).startsWith("1", "2").endsWith("1000", "next");
    }

    @Test
    void statementsWithoutItHaveTheirRowsAsEver() {
        Wire wire = new Wire();
        use(lease -> rows(lease, bound(lease, "SELECT 1 WHERE $1 = 1", 1), wire)
                        .concatWith(Flux.from(lease.createStatement("SELECT 2").execute())
                                .flatMap(WireRowsIntegrationTests::text)))
                .as(StepVerifier::create)
                .expectNext("2")
                .expectComplete()
                .verify(LIMIT);
        assertThat(wire.firsts).containsExactly("1");
    }

    @Test
    void theDriverKeepsThemWhereItStillHasOthersToHandOut() {
        Wire wire = new Wire();
        use(lease -> Flux.merge(
                        Flux.from(lease.createStatement("SELECT 'slow' FROM pg_sleep(0.2)")
                                        .execute())
                                .flatMap(WireRowsIntegrationTests::text),
                        rows(lease, bound(lease, "SELECT 'next' WHERE $1 = 1", 1), wire)))
                .as(StepVerifier::create)
                .expectNext("slow", "next")
                .expectComplete()
                .verify(LIMIT);
        assertThat(wire.firsts).isEmpty();
    }

    @Test
    void aFailureHalfwayIsTheResultsAndTheConnectionIsGoodForMore() {
        Wire wire = new Wire();
        use(lease -> rows(lease, bound(lease, "SELECT 1 / (3 - n) FROM generate_series(1, $1) AS n", 9), wire)
                        .onErrorResume(error -> Flux.just(String.valueOf(error.getMessage())))
                        .concatWith(rows(lease, bound(lease, "SELECT 7 WHERE $1 = 0", 0), wire)))
                .collectList()
                .as(StepVerifier::create)
                .assertNext(seen -> assertThat(seen).first().isEqualTo("division by zero"))
                .expectComplete()
                .verify(LIMIT);
        assertThat(wire.firsts).startsWith("0", "1");
        assertThat(discarded).isEmpty();
    }

    @Test
    void aPlanThatChangesItsColumnsIsPreparedAgain() {
        database.execute("CREATE TABLE changing AS SELECT 1 AS a");
        use(lease -> {
                    Wire wire = new Wire();
                    Function<Integer, Flux<String>> run =
                            n -> rows(lease, bound(lease, "SELECT * FROM changing WHERE $1 > 0", n), wire);
                    return run.apply(1)
                            .concatWith(run.apply(2))
                            .concatWith(Mono.<String>fromRunnable(
                                            () -> database.execute("ALTER TABLE changing ADD COLUMN b int DEFAULT 2"))
                                    .subscribeOn(Schedulers.boundedElastic()))
                            .concatWith(run.apply(3))
                            .concatWith(Flux.defer(() -> Flux.fromIterable(wire.firsts)));
                })
                .count()
                .as(StepVerifier::create)
                .expectNext(3L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void valuesComeInBinaryWhereThatIsWantedOnceTheirStatementIsKnown() {
        Wire wire = new Wire(Set.of(23));
        String sql = "SELECT n, 'x' AS t FROM generate_series(1, $1) AS n";
        use(lease -> Flux.range(0, 4).concatMap(run -> rows(lease, bound(lease, sql, run == 2 ? 0 : 1), wire)))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        WireColumn text = new WireColumn("t", 25);
        assertThat(wire.firsts).containsExactly("1", "\0\0\0\1", "\0\0\0\1");
        assertThat(wire.columns)
                .containsExactly(
                        List.of(new WireColumn("n", 23), text),
                        List.of(new WireColumn("n", 23, true), text),
                        List.of(new WireColumn("n", 23, true), text));
    }

    @Test
    void readersOfTheSameStatementMayWantOtherFormats() {
        String sql = "SELECT n FROM generate_series(1, $1) AS n";
        Wire binary = new Wire(Set.of(23));
        Wire text = new Wire(Set.of());
        use(lease -> Flux.just(text, binary, text, binary).concatMap(wire -> rows(lease, bound(lease, sql, 1), wire)))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(text.firsts).containsExactly("1", "1");
        assertThat(binary.firsts).containsExactly("\0\0\0\1", "\0\0\0\1");
    }

    @Test
    void theSessionsParametersAreKnownAsTheyAreNow() {
        Wire wire = new Wire(Set.of());
        use(lease -> Flux.just("Asia/Kolkata", "UTC")
                        .concatMap(zone -> Flux.from(lease.createStatement("SET TimeZone = '" + zone + "'")
                                        .execute())
                                .flatMap(Result::getRowsUpdated)
                                .thenMany(rows(lease, bound(lease, "SELECT 1 WHERE $1 = 1", 1), wire))
                                .concatWith(Mono.fromSupplier(() -> String.valueOf(wire.parameters.get("TimeZone"))))))
                .as(StepVerifier::create)
                .expectNext("Asia/Kolkata", "UTC")
                .expectComplete()
                .verify(LIMIT);
        assertThat(wire.parameters).containsEntry("DateStyle", "ISO, MDY").containsKey("server_version");
    }

    /** The server stands still in the midst of a row, and hears of nothing before that has left. */
    @Test
    void aStatementThatIsLeftWhileItsRowsAreHeldUpEndsAndItsConnectionIsGoodForMore() {
        int pid = backendPid();
        for (int round = 0; round < 3; round++) {
            Wire wire = new Wire();
            use(lease -> {
                        return rows(lease, bound(lease, ENDLESS, 100_000_000), wire)
                                .doOnSubscribe(begun -> lease.reading(false))
                                .takeUntilOther(Mono.fromRunnable(
                                                () -> eventually("the server waits for us", () -> "ClientWrite"
                                                        .equals(database.value(
                                                                "SELECT wait_event FROM pg_stat_activity WHERE pid = "
                                                                        + pid))))
                                        .subscribeOn(Schedulers.boundedElastic()));
                    })
                    .as(StepVerifier::create)
                    .expectComplete()
                    .verify(LIMIT);
            assertThat(backendPid()).as("the connection was not thrown away").isEqualTo(pid);
        }
        assertThat(discarded).isEmpty();
    }

    private <T> Flux<T> use(Function<PooledLease, Publisher<T>> work) {
        return Flux.usingWhen(pool.acquire(), work, PooledLease::close);
    }

    private int backendPid() {
        return use(lease -> Flux.from(
                                lease.createStatement("SELECT pg_backend_pid()").execute())
                        .flatMap(WireRowsIntegrationTests::text))
                .map(Integer::parseInt)
                .single()
                .block(LIMIT);
    }

    private static Statement bound(PooledLease lease, String sql, int value) {
        return lease.createStatement(sql).bind(0, value);
    }

    private static Flux<String> rows(PooledLease lease, Statement statement, WireRows wire) {
        lease.rowsTo(statement, wire);
        return Flux.defer(() -> Flux.from(statement.execute())).flatMap(WireRowsIntegrationTests::text);
    }

    private static Publisher<String> text(Result result) {
        return ((PostgresqlResult) result).map((row, metadata) -> String.valueOf(row.get(0)));
    }

    private static final class Wire implements WireRows {

        private final List<List<WireColumn>> columns = new CopyOnWriteArrayList<>();
        private final List<String> firsts = new ArrayList<>();
        private final Set<Integer> binaryTypes;
        private volatile Map<String, String> parameters = Map.of();

        Wire() {
            this(Set.of());
        }

        Wire(Set<Integer> binaryTypes) {
            this.binaryTypes = binaryTypes;
        }

        @Override
        public Set<Integer> binaryTypes(Map<String, String> ofSession) {
            parameters = Map.copyOf(ofSession);
            return binaryTypes;
        }

        @Override
        public void columns(List<WireColumn> announced) {
            columns.add(announced);
        }

        @Override
        public void row(byte[] bytes, int from) {
            int length = ByteBuffer.wrap(bytes).getInt(from + 2);
            firsts.add(new String(bytes, from + 6, length, StandardCharsets.UTF_8));
        }

        @Override
        public void arrived() {}
    }
}
