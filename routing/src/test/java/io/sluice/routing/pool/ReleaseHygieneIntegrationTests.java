package io.sluice.routing.pool;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.ValidationDepth;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.topology.NodeAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What the next user of a connection finds after the one before has left early. */
@Tag("containers")
@PostgresTest(replicas = 0)
class ReleaseHygieneIntegrationTests {

    /** Fewer than may wait: a place in the queue may be given back a moment after its caller has left. */
    private static final int CALLERS = 24;

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<String> discarded = new CopyOnWriteArrayList<>();
    private TestDatabase database;
    private NodeDriver driver;
    private NodePool pool;
    private NodePool observer;

    @BeforeEach
    void open() {
        NodeAddress address = database.primary();
        PoolSettings settings = PoolSettings.DEFAULTS;
        driver = new NodeDriver(address, settings, builder -> builder);
        pool = new NodePool(driver, size(1), new DiscardsListener(discarded), Clock.systemUTC());
        observer = new NodePool(driver, size(1), new DiscardsListener(discarded), Clock.systemUTC());
    }

    private static PoolSettings size(int size) {
        return PoolSettings.DEFAULTS.withMaxSize(size);
    }

    @AfterEach
    void close() {
        pool.close().then(observer.close()).then(driver.close()).block(LIMIT);
    }

    @Test
    void cancelsTheQueryOfACallerThatLeft() {
        int pid = backendPid();
        use(lease -> rows(lease, "SELECT pg_sleep(30)"))
                .timeout(Duration.ofMillis(200), Mono.empty())
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        long before = System.nanoTime();
        int next = backendPid();

        assertThat(next).isEqualTo(pid);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(running(pid)).isZero();
        assertThat(discarded).isEmpty();
    }

    @Test
    void cancelsAParameterisedQueryOfACallerThatLeft() {
        int pid = backendPid();
        use(lease -> Flux.from(lease.createStatement("SELECT pg_sleep($1)")
                                .bind(0, 30.0)
                                .execute())
                        .flatMap(ReleaseHygieneIntegrationTests::text))
                .timeout(Duration.ofMillis(200), Mono.empty())
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(backendPid()).isEqualTo(pid);
        assertThat(running(pid)).isZero();
    }

    @Test
    void stopsAStreamThatIsLeftInTheMiddle() {
        int pid = backendPid();
        use(lease -> Flux.from(lease.createStatement("SELECT generate_series(1, $1)")
                                .bind(0, 50_000_000)
                                .fetchSize(100)
                                .execute())
                        .flatMap(ReleaseHygieneIntegrationTests::text))
                .take(250)
                .count()
                .as(StepVerifier::create)
                .expectNext(250L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(backendPid()).isEqualTo(pid);
        assertThat(running(pid)).isZero();
    }

    @Test
    void freesAConnectionWhoseReaderNeverAskedForARow() {
        int pid = backendPid();
        use(lease -> {
                    Flux<String> rows = Flux.from(lease.createStatement("SELECT n FROM generate_series(1, $1) n")
                                    .bind(0, 2_000)
                                    .execute())
                            .flatMap(ReleaseHygieneIntegrationTests::text);
                    rows.subscribe(new Silent<>());
                    return Mono.<String>empty();
                })
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(discarded).isEmpty();
        assertThat(backendPid()).isEqualTo(pid);
        assertThat(pool.state().acquired()).isZero();
    }

    @Test
    void freesAConnectionWhoseSimpleQueryWasNeverRead() {
        use(lease -> {
                    Flux.from(lease.createStatement("SELECT n FROM generate_series(1, 100000) n")
                                    .execute())
                            .flatMap(ReleaseHygieneIntegrationTests::text)
                            .subscribe(new Silent<>());
                    return Mono.<String>empty();
                })
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        backendPid();
        assertThat(pool.state().acquired()).isZero();
    }

    @Test
    void rollsBackAnOpenTransaction() {
        use(lease -> lease.beginTransaction().thenMany(rows(lease, "CREATE TABLE left_open (id int)")))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        String table = use(lease -> rows(lease, "SELECT coalesce(to_regclass('left_open')::text, 'none')"))
                .single()
                .block(LIMIT);
        assertThat(table).isEqualTo("none");
    }

    @Test
    void rollsBackATransactionThatSqlHasBegun() {
        use(lease -> Mono.from(lease.createStatement("BEGIN").execute())
                        .flatMapMany(Result::getRowsUpdated)
                        .map(String::valueOf))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(use(lease -> Mono.just(lease.isAutoCommit())).blockLast(LIMIT))
                .isTrue();
    }

    @Test
    void putsSessionSettingsBack() {
        use(lease -> lease.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE)
                        .then(lease.setStatementTimeout(Duration.ofMinutes(7)))
                        .thenMany(rows(lease, "SHOW statement_timeout")))
                .as(StepVerifier::create)
                .expectNext("7min")
                .expectComplete()
                .verify(LIMIT);

        use(lease -> Flux.concat(rows(lease, "SHOW statement_timeout"), rows(lease, "SHOW transaction_isolation")))
                .as(StepVerifier::create)
                .expectNext("0", "read committed")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void closesWhatIsDiscarded() {
        int pid = backendPid();
        use(lease -> {
                    lease.discard();
                    return Mono.empty();
                })
                .blockLast(LIMIT);
        assertThat(backendPid()).isNotEqualTo(pid);
    }

    @Test
    void whatWasPreparedBeforeTheEndDoesNotStartAfterIt() {
        PooledLease lease = pool.acquire().block(LIMIT);
        Mono<Void> transaction = lease.beginTransaction();
        Flux<String> statement = rows(lease, "SELECT 1");
        lease.close().block(LIMIT);

        transaction
                .as(StepVerifier::create)
                .expectError(IllegalStateException.class)
                .verify(LIMIT);
        statement
                .as(StepVerifier::create)
                .expectError(IllegalStateException.class)
                .verify(LIMIT);
        assertThat(use(next -> Mono.just(next.isAutoCommit())).blockLast(LIMIT)).isTrue();
    }

    @Test
    void aClosedLeaseIsNotValid() {
        PooledLease lease = pool.acquire().block(LIMIT);
        lease.close().block(LIMIT);
        lease.close().block(LIMIT);
        assertThat(lease.validate(ValidationDepth.LOCAL).block(LIMIT)).isFalse();
        assertThat(pool.state().acquired()).isZero();
    }

    @Test
    void survivesCallersThatLeaveAtRandom() {
        NodePool wide = new NodePool(driver, size(8), new DiscardsListener(discarded), Clock.systemUTC());
        Flux.range(0, 3_000)
                .flatMap(
                        round -> use(
                                        wide,
                                        lease -> round % 3 == 0
                                                ? rows(lease, "SELECT n FROM generate_series(1, 2000) n")
                                                : Flux.from(lease.createStatement(
                                                                        "SELECT n FROM generate_series(1, $1) n")
                                                                .bind(0, 2000)
                                                                .fetchSize(round % 2 == 0 ? 0 : 64)
                                                                .execute())
                                                        .flatMap(ReleaseHygieneIntegrationTests::text))
                                .takeUntilOther(Mono.delay(Duration.ofNanos(
                                        ThreadLocalRandom.current().nextLong(3_000_000))))
                                .then(),
                        CALLERS)
                .as(StepVerifier::create)
                .expectComplete()
                .verify(Duration.ofMinutes(2));

        eventually("everything is given back", () -> wide.state().acquired() == 0);
        use(wide, lease -> rows(lease, "SELECT 'usable'"))
                .as(StepVerifier::create)
                .expectNext("usable")
                .expectComplete()
                .verify(LIMIT);
        wide.close().block(LIMIT);
    }

    private <T> Flux<T> use(Function<PooledLease, Publisher<T>> work) {
        return use(pool, work);
    }

    private static <T> Flux<T> use(NodePool pool, Function<PooledLease, Publisher<T>> work) {
        return Flux.usingWhen(pool.acquire(), work, PooledLease::close);
    }

    private int backendPid() {
        return use(lease -> rows(lease, "SELECT pg_backend_pid()"))
                .map(Integer::parseInt)
                .single()
                .block(LIMIT);
    }

    private long running(int pid) {
        return use(
                        observer,
                        lease -> rows(
                                lease, "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid = " + pid))
                .map(Long::parseLong)
                .single()
                .block(LIMIT);
    }

    private static Flux<String> rows(PooledLease lease, String sql) {
        return Flux.from(lease.createStatement(sql).execute()).flatMap(ReleaseHygieneIntegrationTests::text);
    }

    private static Publisher<String> text(Result result) {
        return ((PostgresqlResult) result).map((row, meta) -> String.valueOf(row.get(0)));
    }

    private static final class Silent<T> extends BaseSubscriber<T> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnError(Throwable error) {}
    }
}
