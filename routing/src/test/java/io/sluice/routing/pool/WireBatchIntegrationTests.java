package io.sluice.routing.pool;

import static io.sluice.routing.Eventually.eventually;
import static io.sluice.routing.wire.WireType.INTS;
import static io.sluice.routing.wire.WireType.LONGS;
import static io.sluice.routing.wire.WireType.PLACES;
import static io.sluice.routing.wire.WireType.TEXT;
import static io.sluice.routing.wire.WireType.TEXTS;
import static io.sluice.routing.wire.WireType.UUIDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.wire.WireAnswer;
import io.sluice.routing.wire.WireBatch;
import io.sluice.routing.wire.WireBatch.Step;
import io.sluice.routing.wire.WireRow;
import io.sluice.routing.wire.WireStatement;
import io.sluice.routing.wire.WireValue;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

/** Statements with values in binary, several in one message, on connections that the driver goes on using. */
@Tag("containers")
@PostgresTest(replicas = 0)
class WireBatchIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final WireStatement SERIES =
            WireStatement.of("SELECT n, 'row ' || n FROM generate_series(1, $1::int) AS n", TEXT);
    private static final WireStatement NAMED = WireStatement.of("SELECT 'sluice'");
    private static final WireStatement FAILING = WireStatement.of("SELECT 1 / ($1::int - 1)", TEXT);
    private static final String PREPARED =
            "SELECT count(*)::int AS n FROM pg_prepared_statements WHERE name LIKE 'sluice\\_%'";

    private final List<String> discarded = new CopyOnWriteArrayList<>();
    private final Seen seen = new Seen();
    private TestDatabase database;
    private NodeDriver driver;
    private NodePool pool;

    @BeforeEach
    void open() {
        database.execute("DROP TABLE IF EXISTS written");
        database.execute("CREATE TABLE written (id uuid PRIMARY KEY, a bigint, b int)");
        open(settings -> settings, builder -> builder);
    }

    private void open(
            UnaryOperator<PoolSettings> settings,
            UnaryOperator<PostgresqlConnectionConfiguration.Builder> configuration) {
        PoolSettings chosen = settings.apply(PoolSettings.DEFAULTS.withMaxSize(1));
        driver = new NodeDriver(database.primary(), chosen, configuration);
        pool = new NodePool(driver, chosen, new DiscardsListener(discarded), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        pool.close().then(driver.close()).block(LIMIT);
    }

    @Test
    void valuesArriveAsTheyAreAndComeBackAsTheyWere() {
        List<UUID> ids = List.of(UUID.randomUUID(), UUID.fromString("ffffffff-ffff-ffff-ffff-ffffffffffff"));
        List<Long> longs = List.of(Long.MIN_VALUE, Long.MAX_VALUE);
        List<Integer> ints = List.of(Integer.MIN_VALUE, -1);
        WireStatement insert =
                WireStatement.of("INSERT INTO written SELECT unnest($1), unnest($2), unnest($3)", UUIDS, LONGS, INTS);
        WireStatement select = WireStatement.of("SELECT id, a, b, ctid, $1 AS t FROM written ORDER BY a", TEXT);
        run(WireBatch.of(
                Step.of(
                        insert,
                        WireValue.uuids(ids, id -> id),
                        WireValue.longs(longs, value -> value),
                        WireValue.ints(ints, value -> value)),
                Step.of(
                        insert,
                        WireValue.uuids(List.<UUID>of(), id -> id),
                        WireValue.longs(List.<Long>of(), value -> value),
                        WireValue.ints(List.<Integer>of(), value -> value)),
                Step.of(select, WireValue.text("ä €"))));
        assertThat(seen.rows)
                .containsExactly(
                        "2: " + ids.get(0) + " " + Long.MIN_VALUE + " " + Integer.MIN_VALUE + " 1 ä €",
                        "2: " + ids.get(1) + " " + Long.MAX_VALUE + " -1 2 ä €");
        assertThat(database.value("SELECT string_agg(a || ' ' || b, ', ' ORDER BY a) FROM written"))
                .isEqualTo("-9223372036854775808 -2147483648, 9223372036854775807 -1");
    }

    @Test
    void textsAndNullsArriveAsTheyAre() {
        List<String> texts = List.of("", "ä €", "{\"a\",NULL}");
        UUID id = UUID.randomUUID();
        WireStatement select = WireStatement.of(
                "SELECT u, t, n FROM (SELECT unnest($1) AS u, unnest($2) AS t, unnest($3) AS n) AS r"
                        + " ORDER BY t COLLATE \"C\"",
                UUIDS,
                TEXTS,
                TEXTS);
        List<String> rows = new CopyOnWriteArrayList<>();
        WireBatch batch = WireBatch.of(Step.of(
                select,
                WireValue.uuids(texts, text -> text.isEmpty() ? id : null),
                WireValue.texts(texts, text -> text),
                WireValue.texts(texts, text -> text.isEmpty() ? "" : null)));
        use(lease -> lease.batch(
                        batch,
                        (step, row) ->
                                rows.add(row.get(0, UUID.class) + " " + row.text(1) + " " + row.get(2, String.class))))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        assertThat(rows).containsExactly(id + "  ", "null {\"a\",NULL} null", "null ä € null");
    }

    @Test
    void rowsAreFoundByTheirPlaces() {
        database.execute("INSERT INTO written SELECT gen_random_uuid(), n, 0 FROM generate_series(1, 1000) n");
        WireStatement where = WireStatement.of("SELECT id, a, b, ctid, '' FROM written WHERE a IN (7, 900)");
        run(WireBatch.of(Step.of(where)));
        List<Long> places = List.copyOf(seen.places);
        run(WireBatch.of(Step.of(
                WireStatement.of("UPDATE written SET b = 1 WHERE ctid = ANY ($1)", PLACES),
                WireValue.places(places, place -> place))));
        assertThat(database.value("SELECT string_agg(a::text, ' ' ORDER BY a) FROM written WHERE b = 1"))
                .isEqualTo("7 900");
    }

    @Test
    void aStatementIsPreparedOnceHoweverOftenItIsUsed() {
        for (int round = 0; round < 3; round++) {
            run(WireBatch.of(
                    Step.of(SERIES, WireValue.text("2")), Step.of(NAMED), Step.of(SERIES, WireValue.text("1"))));
            assertThat(seen.rows).containsExactly("0: 1 row 1", "0: 2 row 2", "1: sluice", "2: 1 row 1");
            assertThat(seen.executed).containsExactly(0, 1, 2);
            seen.clear();
        }
        assertThat(number(PREPARED)).isEqualTo(2);
        assertThat(discarded).isEmpty();
    }

    @Test
    void manyRowsComeWholeAndTheDriverGoesOn() {
        run(WireBatch.of(Step.of(SERIES, WireValue.text("200000")), Step.of(NAMED)));
        assertThat(seen.rows).hasSize(200_001).startsWith("0: 1 row 1").endsWith("0: 200000 row 200000", "1: sluice");
        assertThat(number("SELECT 42 AS n")).isEqualTo(42);
        assertThat(discarded).isEmpty();
    }

    @Test
    void withoutATransactionAFailureUndoesWhatCameBeforeItAndSkipsTheRest() {
        WireStatement insert = WireStatement.of("INSERT INTO written VALUES (gen_random_uuid(), 1, 1)");
        use(lease -> lease.batch(
                        WireBatch.of(Step.of(insert), Step.of(FAILING, WireValue.text("1")), Step.of(NAMED)), seen))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(state(error)).isEqualTo("22012"))
                .verify(LIMIT);
        assertThat(seen.executed).containsExactly(0);
        assertThat(seen.rows).isEmpty();
        assertThat(database.value("SELECT count(*) FROM written")).isEqualTo("0");
        run(WireBatch.of(Step.of(NAMED), Step.of(FAILING, WireValue.text("2"))));
        assertThat(seen.rows).first().isEqualTo("0: sluice");
        assertThat(discarded).isEmpty();
    }

    @Test
    void whatWasPreparedMayGetLost() {
        run(WireBatch.of(Step.of(NAMED)));
        int pid = number("SELECT pg_backend_pid() AS n");
        number("SELECT 1 AS n; DEALLOCATE ALL");
        use(lease -> lease.batch(WireBatch.of(Step.of(NAMED)), seen))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(state(error)).isEqualTo("26000"))
                .verify(LIMIT);
        seen.clear();
        run(WireBatch.of(Step.of(NAMED), Step.of(SERIES, WireValue.text("1")), Step.of(NAMED)));
        assertThat(seen.rows).containsExactly("0: sluice", "1: 1 row 1", "2: sluice");
        assertThat(number(PREPARED)).as("nothing is kept any more").isZero();
        assertThat(number("SELECT pg_backend_pid() AS n")).isEqualTo(pid);
    }

    @Test
    void columnsMayChange() {
        database.execute("DROP TABLE IF EXISTS changing");
        database.execute("CREATE TABLE changing AS SELECT 1 AS n, 'row 1'::text AS t");
        WireBatch batch = WireBatch.of(Step.of(WireStatement.of("SELECT * FROM changing")));
        run(batch);
        database.execute("ALTER TABLE changing ADD COLUMN more int DEFAULT 2");
        use(lease -> lease.batch(batch, seen))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(state(error)).isEqualTo("0A000"))
                .verify(LIMIT);
        run(batch);
        assertThat(seen.rows).containsExactly("0: 1 row 1", "0: 1 row 1");
        assertThat(discarded).isEmpty();
    }

    @Test
    void aNameThatIsTakenIsNotTrusted() {
        number("PREPARE " + NAMED.name() + " AS SELECT 'somebody else'; SELECT 1 AS n");
        use(lease -> lease.batch(WireBatch.of(Step.of(NAMED)), seen))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(state(error)).isEqualTo("42P05"))
                .verify(LIMIT);
        run(WireBatch.of(Step.of(NAMED)));
        assertThat(seen.rows).containsExactly("0: sluice");
    }

    @Test
    void nothingIsKeptWhereNoStatementsAreToBe() {
        close();
        open(WireBatchIntegrationTests::withoutStatements, builder -> builder);
        for (int round = 0; round < 2; round++) {
            run(WireBatch.of(Step.of(NAMED), Step.of(SERIES, WireValue.text("1")), Step.of(NAMED)));
        }
        assertThat(seen.rows).hasSize(6).startsWith("0: sluice", "1: 1 row 1", "2: sluice");
        assertThat(number(PREPARED)).isZero();
    }

    @Test
    void aConnectionOnOtherLoopsIsAnErrorThatSaysWhatToDo() {
        close();
        LoopResources others = LoopResources.create("others", 1, true);
        open(settings -> settings, builder -> builder.loopResources(others));
        use(lease -> lease.batch(WireBatch.of(Step.of(NAMED)), seen))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("option 'loops'"))
                .verify(LIMIT);
        assertThat(seen.executed).isEmpty();
        others.disposeLater().block(LIMIT);
    }

    @Test
    void statementsBeyondTheBoundAreNotKept() {
        for (int first = 0; first < 300; first += 60) {
            run(new WireBatch(IntStream.range(first, first + 60)
                    .mapToObj(n -> Step.of(WireStatement.of("SELECT 'text " + n + "'")))
                    .toList()));
        }
        assertThat(seen.rows).hasSize(300);
        assertThat(number(PREPARED)).isEqualTo(256);
        seen.clear();
        run(WireBatch.of(Step.of(WireStatement.of("SELECT 'text 299'")), Step.of(WireStatement.of("SELECT 'text 0'"))));
        assertThat(seen.rows).containsExactly("0: text 299", "1: text 0");
    }

    @Test
    void whatTheReaderThrowsIsTheErrorAndTheConnectionIsGoodForMore() {
        WireAnswer broken = (step, row) -> row.uuid(0);
        use(lease -> lease.batch(WireBatch.of(Step.of(NAMED)), broken))
                .as(StepVerifier::create)
                .expectError(IllegalStateException.class)
                .verify(LIMIT);
        run(WireBatch.of(Step.of(NAMED)));
        assertThat(seen.rows).containsExactly("0: sluice");
        assertThat(discarded).isEmpty();
    }

    @Test
    void aValueThatCannotBeWrittenIsTheErrorAndNothingIsSent() {
        WireValue broken = WireValue.ints(List.of(1), value -> {
            throw new IllegalArgumentException("no value");
        });
        WireBatch batch = WireBatch.of(
                Step.of(WireStatement.of("INSERT INTO written VALUES (gen_random_uuid(), 1, 1)")),
                Step.of(WireStatement.of("SELECT $1", INTS), broken));
        use(lease -> lease.batch(batch, seen))
                .as(StepVerifier::create)
                .expectErrorMessage("no value")
                .verify(LIMIT);
        assertThat(seen.executed).isEmpty();
        assertThat(database.value("SELECT count(*) FROM written")).isEqualTo("0");
        assertThat(number("SELECT 42 AS n")).isEqualTo(42);
        assertThat(discarded).isEmpty();
    }

    @Test
    void whereSomethingElseRunsItIsRefusedAndNotSent() {
        use(lease -> Flux.merge(
                        Flux.from(lease.createStatement("SELECT 'slow' FROM pg_sleep(0.2)")
                                        .execute())
                                .flatMap(result -> result.map(row -> row.get(0, String.class))),
                        lease.batch(WireBatch.of(Step.of(NAMED)), seen)
                                .thenReturn("sent")
                                .onErrorReturn(IllegalStateException.class, "refused")))
                .as(StepVerifier::create)
                .expectNext("refused", "slow")
                .expectComplete()
                .verify(LIMIT);
        assertThat(seen.rows).isEmpty();
        assertThat(discarded).isEmpty();
    }

    @Test
    void oneThatIsLeftIsCancelledWithItsConnection() {
        int pid = number("SELECT pg_backend_pid() AS n");
        WireStatement sleep = WireStatement.of("SELECT pg_sleep(600)");
        use(lease -> lease.batch(WireBatch.of(Step.of(sleep), Step.of(NAMED)), seen)
                        .takeUntilOther(Mono.fromRunnable(() -> eventually("it runs", () -> "PgSleep"
                                        .equals(database.value(
                                                "SELECT wait_event FROM pg_stat_activity WHERE pid = " + pid))))
                                .subscribeOn(Schedulers.boundedElastic())))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
        run(WireBatch.of(Step.of(NAMED)));
        assertThat(seen.rows).containsExactly("0: sluice");
        assertThat(number("SELECT pg_backend_pid() AS n")).isEqualTo(pid);
        assertThat(discarded).isEmpty();
    }

    @Test
    void valuesOfOtherTypesAreRefusedBeforeAnythingIsSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Step.of(SERIES, WireValue.ints(List.of(1), value -> value)))
                .withMessageContaining("[TEXT]")
                .withMessageContaining("[INTS]");
    }

    private static PoolSettings withoutStatements(PoolSettings settings) {
        return new PoolSettings(
                settings.maxSize(),
                settings.minIdle(),
                settings.maxPending(),
                settings.connectTimeout(),
                settings.maxLifetime(),
                settings.lifetimeVariance(),
                settings.maxIdle(),
                settings.validateAfterIdle(),
                settings.validationTimeout(),
                settings.cancelGrace(),
                settings.releaseTimeout(),
                0,
                settings.ioThreads(),
                settings.recordLeases());
    }

    private void run(WireBatch batch) {
        use(lease -> lease.batch(batch, seen))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
    }

    private static String state(Throwable error) {
        return String.valueOf(((R2dbcException) error).getSqlState());
    }

    private int number(String sql) {
        return use(lease -> Flux.from(lease.createStatement(sql).execute())
                        .concatMap(result -> result.map(row -> row.get("n", Integer.class))))
                .single()
                .block(LIMIT);
    }

    private <T> Flux<T> use(Function<PooledLease, Publisher<T>> work) {
        return Flux.usingWhen(pool.acquire(), work, PooledLease::close);
    }

    /** What has come back; rows of five columns are those of the table. */
    private static final class Seen implements WireAnswer {

        private final List<String> rows = new CopyOnWriteArrayList<>();
        private final List<Long> places = new CopyOnWriteArrayList<>();
        private final List<Integer> executed = new CopyOnWriteArrayList<>();

        void clear() {
            rows.clear();
            places.clear();
            executed.clear();
        }

        @Override
        public void row(int step, WireRow row) {
            String columns = row.toString();
            if (columns.startsWith("[id")) {
                places.add(row.place(3));
                rows.add(step + ": " + row.uuid(0) + " " + row.number(1) + " " + row.number(2) + " "
                        + (row.place(3) & 0xFFFF) + " " + row.text(4));
            } else if (columns.startsWith("[n")) {
                rows.add(step + ": " + row.number(0) + " " + row.text(1));
            } else if (columns.startsWith("[?column?")) {
                rows.add(step + ": " + (row.get(0, String.class)));
            }
        }

        @Override
        public void executed(int step) {
            executed.add(step);
        }
    }
}
