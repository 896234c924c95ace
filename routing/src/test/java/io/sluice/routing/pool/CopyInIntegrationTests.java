package io.sluice.routing.pool;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.nio.charset.StandardCharsets;
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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** COPY into a table, also by callers that leave before its end. */
@Tag("containers")
@PostgresTest(replicas = 0)
class CopyInIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String COPY = "COPY numbers FROM STDIN";

    private final List<String> discarded = new CopyOnWriteArrayList<>();
    private TestDatabase database;
    private NodeDriver driver;
    private NodePool pool;

    @BeforeEach
    void open() {
        database.execute("DROP TABLE IF EXISTS numbers; CREATE TABLE numbers (n int)");
        driver = new NodeDriver(database.primary(), PoolSettings.DEFAULTS, builder -> builder);
        pool = pool(1);
    }

    private NodePool pool(int size) {
        return new NodePool(
                driver, PoolSettings.DEFAULTS.withMaxSize(size), new DiscardsListener(discarded), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        pool.close().then(driver.close()).block(LIMIT);
    }

    @Test
    void rowsMayBeCutAnywhere() {
        use(pool, lease -> lease.copyIn(COPY, Flux.just(frame("1\n2"), frame("2\n"), frame("3\n"))))
                .as(StepVerifier::create)
                .expectNext(3L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(query("SELECT sum(n) FROM numbers")).isEqualTo("26");
    }

    @Test
    void anErrorOfTheServerIsTheErrorOfTheCopy() {
        int pid = backendPid();

        assertThatThrownBy(() -> use(pool, lease -> lease.copyIn(COPY, Flux.just(frame("1\nx\n"))))
                        .blockLast(LIMIT))
                .isInstanceOfSatisfying(
                        PostgresqlException.class,
                        error -> assertThat(error.getErrorDetails().getCode()).isEqualTo("22P02"));
        assertThat(query("SELECT count(*) FROM numbers")).isEqualTo("0");
        assertThat(backendPid()).isEqualTo(pid);
    }

    @Test
    void anErrorOfTheSourceEndsTheCopyWithoutARow() {
        int pid = backendPid();

        assertThatThrownBy(() -> use(
                                pool,
                                lease -> lease.copyIn(
                                        COPY,
                                        Flux.concat(
                                                Flux.just(frame("1\n")),
                                                Flux.error(new IllegalStateException("no more")))))
                        .blockLast(LIMIT))
                .hasMessageContaining("no more");
        assertThat(query("SELECT count(*) FROM numbers")).isEqualTo("0");
        assertThat(backendPid()).isEqualTo(pid);
    }

    @Test
    void aCallerThatLeavesLeavesNoRowAndAConnectionFitForMore() {
        int pid = backendPid();

        use(pool, lease -> lease.copyIn(COPY, Flux.concat(Flux.just(frame("1\n")), Flux.never())))
                .timeout(Duration.ofMillis(300), Mono.empty())
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(query("SELECT count(*) FROM numbers")).isEqualTo("0");
        assertThat(backendPid()).isEqualTo(pid);
        assertThat(discarded).isEmpty();
    }

    @Test
    void callersMayLeaveAtAnyMoment() {
        NodePool wide = pool(8);
        String rows = "7\n".repeat(16_000);
        Flux.range(0, 1_500)
                .flatMap(
                        round -> use(
                                        wide,
                                        lease -> lease.copyIn(
                                                COPY, Flux.range(0, 10).map(n -> frame(rows))))
                                .takeUntilOther(Mono.delay(Duration.ofNanos(
                                        ThreadLocalRandom.current().nextLong(20_000_000))))
                                .then(),
                        16)
                .as(StepVerifier::create)
                .expectComplete()
                .verify(Duration.ofMinutes(3));

        eventually("everything is given back", () -> wide.state().acquired() == 0);
        assertThat(discarded).isEmpty();
        assertThat(query("SELECT count(*) % 160000 FROM numbers")).isEqualTo("0");
        wide.close().block(LIMIT);
    }

    private static Mono<ByteBuf> frame(String text) {
        return Mono.fromSupplier(() -> {
            ByteBuf frame = ByteBufAllocator.DEFAULT.buffer(text.length());
            frame.writeCharSequence(text, StandardCharsets.UTF_8);
            return frame;
        });
    }

    private String query(String sql) {
        return use(pool, lease -> Flux.from(lease.createStatement(sql).execute())
                        .flatMap(result -> ((PostgresqlResult) result).map((row, meta) -> String.valueOf(row.get(0)))))
                .blockLast(LIMIT);
    }

    private int backendPid() {
        return Integer.parseInt(query("SELECT pg_backend_pid()"));
    }

    private static <T> Flux<T> use(NodePool pool, Function<PooledLease, Publisher<T>> work) {
        return Flux.usingWhen(pool.acquire(), work, PooledLease::close);
    }
}
