package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.transactions.tx.Committed;
import io.sluice.transactions.tx.TransactionTemplate;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@Tag("containers")
@PostgresTest
class AccountWatchIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final WatchSettings SETTINGS = new WatchSettings(4, Duration.ofMillis(20), Duration.ofSeconds(10));

    private TestDatabase database;
    private RoutingConnectionFactory connections;
    private Ledger ledger;
    private AccountWatch watch;
    private List<UUID> accounts;

    @BeforeEach
    void openLedger() {
        connections = connect();
        ledger = new Ledger(connections, new TransactionTemplate(connections), LedgerSettings.DEFAULT);
        watch = new AccountWatch(connections, SETTINGS, Schedulers.parallel());
        ledger.createSchema().as(StepVerifier::create).expectComplete().verify(LIMIT);
        accounts = createAccounts(3);
    }

    @AfterEach
    void closeConnections() {
        connections.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    private RoutingConnectionFactory connect() {
        return RoutingConnectionFactory.builder().node(database.primary()).build();
    }

    @Test
    void theFirstListIsWhatThereIsAndTheNextOnesWhatChanged() {
        UUID nobody = UUID.randomUUID();

        watched(accounts.get(0), accounts.get(1), nobody)
                .as(StepVerifier::create)
                .assertNext(all -> assertThat(ids(all)).containsExactlyInAnyOrder(accounts.get(0), accounts.get(1)))
                .then(() -> move(0, 2, 7))
                .assertNext(one -> assertThat(debits(one)).containsExactly(7L))
                .then(() -> move(2, 1, 5))
                .assertNext(other -> assertThat(ids(other)).containsExactly(accounts.get(1)))
                .thenCancel()
                .verify(LIMIT);
        assertThat(watch.watched()).isZero();
    }

    @Test
    void anAccountThatIsCreatedLaterIsToldThen() {
        UUID late = UUID.randomUUID();

        watched(late)
                .as(StepVerifier::create)
                .assertNext(none -> assertThat(none.value()).isEmpty())
                .then(() -> create(List.of(late)))
                .assertNext(created -> assertThat(ids(created)).containsExactly(late))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void aTokenCoversTheStateThatCameWithIt() {
        watched(accounts.get(0))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .then(() -> move(0, 1, 3))
                .assertNext(
                        changed -> assertThat(changed.token().lsn()).isGreaterThanOrEqualTo(lastTransferToken.lsn()))
                .thenCancel()
                .verify(LIMIT);
    }

    /** The changes of another gateway, and of anything that writes the tables. */
    @Test
    void itDoesNotMatterWhoMadeTheChange() {
        RoutingConnectionFactory elsewhere = connect();
        Ledger other = new Ledger(elsewhere, new TransactionTemplate(elsewhere), LedgerSettings.DEFAULT);

        watched(accounts.get(0))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .then(() -> move(other, 0, 1, 11))
                .assertNext(changed -> assertThat(debits(changed)).containsExactly(11L))
                .thenCancel()
                .verify(LIMIT);
        elsewhere.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @Test
    void oneWhoTakesNothingGetsTheNewestStateAndNoQueue() {
        AtomicBoolean ready = new AtomicBoolean(true);

        watch.watch(List.of(accounts.get(0)), ready::get)
                .as(StepVerifier::create)
                .expectNextCount(1)
                .then(() -> {
                    ready.set(false);
                    for (int i = 0; i < 20; i++) {
                        move(0, 1, 1);
                    }
                    awaitLook();
                    ready.set(true);
                })
                .assertNext(newest -> assertThat(debits(newest)).containsExactly(20L))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void oneWithoutDemandGetsTheNewestStateToo() {
        StepVerifier.create(watched(accounts.get(0)), 1)
                .expectNextCount(1)
                .then(() -> {
                    for (int i = 0; i < 20; i++) {
                        move(0, 1, 1);
                    }
                    awaitLook();
                })
                .thenRequest(1)
                .assertNext(newest -> assertThat(debits(newest)).containsExactly(20L))
                .thenCancel()
                .verify(LIMIT);
    }

    /** A look that began before the second watcher came may have missed what that one has just written. */
    @Test
    void whoComesLaterSeesWhatWasWrittenBefore() {
        Flux<Committed<List<Account>>> first = watched(accounts.get(0));
        var keeping = first.subscribe(list -> {}, error -> {});
        for (int i = 1; i <= 50; i++) {
            move(0, 1, 1);
            assertThat(debits(watched(accounts.get(0)).blockFirst(LIMIT))).containsExactly((long) i);
        }
        keeping.dispose();
        assertThat(watch.watched()).isZero();
    }

    @Test
    void placesAreBoundedAndGivenBack() {
        watched(accounts.get(0), accounts.get(1), accounts.get(2))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .then(() -> watched(accounts.get(0), accounts.get(1))
                        .as(StepVerifier::create)
                        .expectErrorSatisfies(error -> assertThat(error)
                                .isInstanceOf(TooManyWatchedException.class)
                                .hasMessageContaining("3 of at most 4"))
                        .verify(LIMIT))
                .then(() -> assertThat(watch.watched()).isEqualTo(3))
                .thenCancel()
                .verify(LIMIT);
        watched(accounts.get(0), accounts.get(1))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void aConnectionThatIsLostIsMadeUpForByTheNextLook() {
        watched(accounts.get(0))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .then(() -> database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()"))
                .then(() -> moveWhenPossible(0, 1, 9))
                .assertNext(changed -> assertThat(debits(changed)).containsExactly(9L))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void nobodyWatchingReadsNothing() {
        watched(accounts.get(0))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .thenCancel()
                .verify(LIMIT);
        String since = database.value("SELECT clock_timestamp()");
        for (int i = 0; i < 20; i++) {
            move(0, 1, 1);
        }
        assertThat(database.value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%AS w (id, seen)%'"
                        + " AND pid <> pg_backend_pid() AND query_start > '" + since + "'"))
                .isEqualTo("0");
    }

    @Test
    void closingCompletesEveryWatch() {
        watched(accounts.get(0))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .then(watch::close)
                .expectComplete()
                .verify(LIMIT);
        watched(accounts.get(0)).as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    private Flux<Committed<List<Account>>> watched(UUID... ids) {
        return watch.watch(List.of(ids), () -> true);
    }

    private static List<UUID> ids(Committed<List<Account>> list) {
        return list.value().stream().map(Account::id).toList();
    }

    private static List<Long> debits(Committed<List<Account>> list) {
        return list.value().stream()
                .map(account -> account.balance().debitsPosted())
                .toList();
    }

    private ConsistencyToken lastTransferToken;

    private void move(int from, int to, long amount) {
        move(ledger, from, to, amount);
    }

    private void move(Ledger through, int from, int to, long amount) {
        lastTransferToken = through.transfer(List.of(transfer(from, to, amount)))
                .doOnNext(done -> assertThat(done.value().get(0).outcome()).isEqualTo(TransferOutcome.CREATED))
                .block(LIMIT)
                .token();
    }

    private void moveWhenPossible(int from, int to, long amount) {
        Transfer transfer = transfer(from, to, amount);
        ledger.transfer(List.of(transfer)).retry(20).block(LIMIT);
    }

    private static Transfer transfer(UUID debit, UUID credit, long amount) {
        return Transfer.of(UUID.randomUUID(), debit, credit, amount, 1, 1);
    }

    private Transfer transfer(int from, int to, long amount) {
        return transfer(accounts.get(from), accounts.get(to), amount);
    }

    /** Whoever watched before has heard of everything that was written before, too: they share the looks. */
    private void awaitLook() {
        assertThat(watched(accounts.get(0)).blockFirst(LIMIT)).isNotNull();
    }

    private List<UUID> createAccounts(int count) {
        List<UUID> ids =
                IntStream.range(0, count).mapToObj(i -> UUID.randomUUID()).toList();
        create(ids);
        return ids;
    }

    private void create(List<UUID> ids) {
        ledger.createAccounts(ids.stream()
                        .map(id -> Account.create(id, UserData.NONE, 1, 1, 0))
                        .toList())
                .as(StepVerifier::create)
                .assertNext(created -> assertThat(created.value()).containsOnly(AccountOutcome.CREATED))
                .expectComplete()
                .verify(LIMIT);
    }
}
