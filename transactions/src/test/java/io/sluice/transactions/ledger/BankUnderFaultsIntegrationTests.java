package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.Routing;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingConnectionFactoryBuilder;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.PostgresCluster;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.transactions.tx.TransactionTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/**
 * Jepsen's bank: random transfers among eight accounts, and readers everywhere, while backends, servers and networks fail
 * and another server becomes the primary. One replica is synchronous, so that nothing acknowledged may ever be lost.
 */
@PostgresTest(
        ownCluster = true,
        relays = true,
        replicas = 2,
        settings = {"synchronous_standby_names=FIRST 1 (\"node-2\")", "synchronous_commit=on"})
class BankUnderFaultsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration BETWEEN_FAULTS = Duration.ofMillis(1_500);
    private static final int ACCOUNTS = 8;
    private static final long FUNDS = 100;
    private static final int WRITERS = 8;

    private TestDatabase database;
    private final List<UUID> accounts =
            IntStream.range(0, ACCOUNTS).mapToObj(i -> UUID.randomUUID()).toList();
    private final UUID bank = UUID.randomUUID();
    private final Map<UUID, TransferOutcome> answered = new ConcurrentHashMap<>();
    private final Set<Transfer> unknown = ConcurrentHashMap.newKeySet();
    private final Set<Transfer> notDone = ConcurrentHashMap.newKeySet();
    private final Queue<String> wrongReads = new ConcurrentLinkedQueue<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean(true);

    @Test
    void moneyIsConservedAndEveryAnswerIsTrue() throws InterruptedException {
        List<RoutingConnectionFactory> factories = List.of(connect(), connect());
        List<Ledger> gateways = factories.stream().map(this::ledger).toList();
        openAccounts(gateways.get(0));

        Mono<Void> traffic = Flux.merge(writers(gateways), readers(gateways)).then();
        Mono<Void> ended = traffic.cache();
        ended.subscribe(done -> {}, error -> running.set(false));
        injectFaults();
        running.set(false);
        ended.as(StepVerifier::create).expectComplete().verify(LIMIT);
        System.out.printf(
                "Bank under faults: %d answered, %d unknown, %d told not done, %d reads%n",
                answered.size(), unknown.size(), notDone.size(), reads.get());
        settle(gateways.get(0));

        assertThat(wrongReads).isEmpty();
        assertThat(reads.get()).isGreaterThan(20);
        assertThat(answered).containsValue(TransferOutcome.CREATED);
        everyAnswerAgreesWithTheRows();
        moneyIsThere(gateways.get(0));
        factories.forEach(factory ->
                factory.close().as(StepVerifier::create).expectComplete().verify(LIMIT));
    }

    private RoutingConnectionFactory connect() {
        RoutingConnectionFactoryBuilder builder =
                RoutingConnectionFactory.builder().maxSize(4).acquireTimeout(Duration.ofSeconds(2));
        database.nodes().forEach(builder::node);
        return builder.build();
    }

    private Ledger ledger(RoutingConnectionFactory connections) {
        return new Ledger(connections, new TransactionTemplate(connections), LedgerSettings.DEFAULT);
    }

    private void openAccounts(Ledger ledger) {
        List<Account> requested = new ArrayList<>();
        requested.add(Account.create(bank, UserData.NONE, 1, 1, 0));
        int holdsMoney = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS.bit();
        accounts.forEach(id -> requested.add(Account.create(id, UserData.NONE, 1, 1, holdsMoney)));
        List<Transfer> funding = accounts.stream()
                .map(id -> Transfer.of(UUID.randomUUID(), bank, id, FUNDS, 1, 1))
                .toList();
        ledger.createSchema()
                .then(ledger.createAccounts(requested))
                .then(ledger.transfer(funding))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
    }

    private Flux<Void> writers(List<Ledger> gateways) {
        return Flux.range(0, WRITERS).flatMap(writer -> write(gateways.get(writer % 2), new Random(writer)), WRITERS);
    }

    private Mono<Void> write(Ledger gateway, Random random) {
        return Mono.defer(() -> {
                    int from = random.nextInt(ACCOUNTS);
                    int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
                    Transfer transfer = Transfer.of(
                            UUID.randomUUID(), accounts.get(from), accounts.get(to), 1 + random.nextInt(5), 1, 1);
                    return send(gateway, transfer);
                })
                .delayElement(Duration.ofMillis(5))
                .repeat(running::get)
                .then();
    }

    private Mono<Integer> send(Ledger gateway, Transfer transfer) {
        return gateway.transfer(List.of(transfer))
                .doOnNext(
                        done -> answered.put(transfer.id(), done.value().get(0).outcome()))
                .thenReturn(1)
                .onErrorResume(error -> {
                    (error instanceof LedgerOutcomeUnknownException ? unknown : notDone).add(transfer);
                    return Mono.delay(Duration.ofMillis(20)).thenReturn(0);
                });
    }

    private Flux<Void> readers(List<Ledger> gateways) {
        return Flux.merge(
                read(gateways.get(0).accounts(accounts)),
                read(Routing.readOnly(gateways.get(0).accounts(accounts))),
                read(Routing.readOnly(gateways.get(1).accounts(accounts))));
    }

    private Mono<Void> read(Flux<Account> everyAccount) {
        return everyAccount
                .collectList()
                .doOnNext(this::check)
                .onErrorComplete()
                .then(Mono.delay(Duration.ofMillis(20)))
                .repeat(running::get)
                .then();
    }

    private void check(List<Account> read) {
        long total =
                read.stream().mapToLong(BankUnderFaultsIntegrationTests::funds).sum();
        boolean complete = read.size() == ACCOUNTS;
        if (!complete || total != ACCOUNTS * FUNDS || read.stream().anyMatch(account -> funds(account) < 0)) {
            wrongReads.add(read.toString());
        }
        reads.incrementAndGet();
    }

    private static long funds(Account account) {
        return account.balance().creditsPosted() - account.balance().debitsPosted();
    }

    private void injectFaults() throws InterruptedException {
        PostgresCluster cluster = database.cluster();
        ClusterNode primary = cluster.primary();
        for (int i = 0; i < 3; i++) {
            pause();
            primary.query(
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database.name() + "'");
        }
        pause();
        primary.kill();
        pause();
        primary.start();
        pause();
        primary.cutNetwork();
        pause();
        primary.restoreNetwork();
        pause();
        primary.resetNetwork();
        pause();
        primary.restoreNetwork();
        pause();
        failOver(cluster, primary);
        pause();
        pause();
    }

    private static void failOver(PostgresCluster cluster, ClusterNode primary) throws InterruptedException {
        primary.kill();
        ClusterNode synchronous = cluster.nodes().get(1);
        synchronous.promote();
        // The new primary has nobody to wait for.
        synchronous.execute("ALTER SYSTEM SET synchronous_standby_names = ''");
        synchronous.execute("SELECT pg_reload_conf()");
        pause();
    }

    private static void pause() throws InterruptedException {
        Thread.sleep(BETWEEN_FAULTS.toMillis());
    }

    /** Sends again what nobody knows the outcome of: each gets one now, and it stays. */
    private void settle(Ledger ledger) {
        Flux.fromIterable(unknown)
                .concatMap(transfer -> ledger.transfer(List.of(transfer))
                        .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(200)))
                        .doOnNext(done ->
                                answered.put(transfer.id(), done.value().get(0).outcome())))
                .then()
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
    }

    private void everyAnswerAgreesWithTheRows() {
        Map<UUID, String> rows = new ConcurrentHashMap<>();
        ClusterNode primary = database.cluster().primary();
        database.query(primary, "SELECT id, coalesce(refusal, 'created') FROM sluice_ledger.transfers")
                .forEach(row -> rows.put(UUID.fromString(row.get(0)), row.get(1)));
        answered.forEach((id, outcome) -> {
            String expected = outcome.succeeded() ? "created" : rows.get(id);
            assertThat(rows.get(id)).as("%s answered %s", id, outcome).isEqualTo(expected);
            assertThat(outcome.succeeded() || outcome.burnsId() || outcome == TransferOutcome.ID_ALREADY_FAILED)
                    .as("%s", outcome)
                    .isTrue();
        });
        assertThat(notDone).as("told not done").noneMatch(transfer -> rows.containsKey(transfer.id()));
    }

    private void moneyIsThere(Ledger ledger) {
        ledger.accounts(accounts)
                .collectList()
                .retryWhen(Retry.fixedDelay(50, Duration.ofMillis(200)))
                .subscribeOn(Schedulers.parallel())
                .as(StepVerifier::create)
                .assertNext(this::check)
                .expectComplete()
                .verify(LIMIT);
        assertThat(wrongReads).isEmpty();
        ClusterNode primary = database.cluster().primary();
        assertThat(database.query(
                                primary,
                                "SELECT count(*) FROM sluice_ledger.accounts a WHERE (a.debits_posted,"
                                        + " a.credits_posted) <> (SELECT coalesce(sum(t.amount) FILTER (WHERE"
                                        + " t.debit_account_id = a.id), 0), coalesce(sum(t.amount) FILTER (WHERE"
                                        + " t.credit_account_id = a.id), 0) FROM sluice_ledger.transfers t)")
                        .get(0)
                        .get(0))
                .isEqualTo("0");
    }
}
