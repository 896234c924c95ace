package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.transactions.tx.Committed;
import io.sluice.transactions.tx.TransactionTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@Tag("containers")
@PostgresTest
class LedgerIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CALLERS = 64;

    private TestDatabase database;
    private RoutingConnectionFactory connections;
    private Ledger ledger;

    @BeforeEach
    void openLedger() {
        connections = connect();
        ledger = ledger(connections);
        ledger.createSchema().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @AfterEach
    void closeConnections() {
        connections.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    private RoutingConnectionFactory connect() {
        return RoutingConnectionFactory.builder().node(database.primary()).build();
    }

    private static Ledger ledger(RoutingConnectionFactory connections) {
        return new Ledger(connections, new TransactionTemplate(connections), LedgerSettings.DEFAULT);
    }

    @Test
    void schemaIsCreatedOnceByManyAtTheSameTime() {
        database.execute("DROP SCHEMA sluice_ledger CASCADE");

        Flux.range(0, 8)
                .flatMap(i -> ledger(connections).createSchema())
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(database.value("SELECT count(*) FROM sluice_ledger.version")).isEqualTo("1");
    }

    @Test
    void transferMovesMoneyAndItsRepeatIsHarmless() {
        List<UUID> accounts = createAccounts(2, 0);
        Transfer transfer = move(accounts.get(0), accounts.get(1), 250);

        assertThat(outcomes(transfer)).containsExactly(TransferOutcome.CREATED);
        assertThat(outcomes(transfer)).containsExactly(TransferOutcome.EXISTS);
        assertThat(outcomes(withAmount(transfer, 251))).containsExactly(TransferOutcome.EXISTS_WITH_DIFFERENT_AMOUNT);

        assertThat(balance(accounts.get(0))).isEqualTo(new Balance(0, 250, 0, 0));
        assertThat(balance(accounts.get(1))).isEqualTo(new Balance(0, 0, 0, 250));
    }

    @Test
    void refusalByStateBurnsTheIdAndOneByFormDoesNot() {
        List<UUID> accounts = createAccounts(2, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS.bit());
        Transfer tooMuch = move(accounts.get(0), accounts.get(1), 1);
        Transfer malformed = move(accounts.get(0), accounts.get(0), 0);

        assertThat(outcomes(tooMuch)).containsExactly(TransferOutcome.EXCEEDS_CREDITS);
        assertThat(outcomes(tooMuch)).containsExactly(TransferOutcome.ID_ALREADY_FAILED);
        assertThat(outcomes(malformed)).containsExactly(TransferOutcome.ACCOUNTS_MUST_BE_DIFFERENT);
        assertThat(outcomes(withAccounts(malformed, accounts.get(0), accounts.get(1))))
                .containsExactly(TransferOutcome.CREATED);
        assertThat(database.value("SELECT refusal FROM sluice_ledger.transfers WHERE id = '" + tooMuch.id() + "'"))
                .isEqualTo("exceeds_credits");
    }

    @Test
    void everythingOfATransferIsRead() {
        List<UUID> accounts = createAccounts(2, 0);
        UserData userData = new UserData(UUID.randomUUID(), -1, Transfer.UNSIGNED_INT_MAX);
        Transfer held = new Transfer(
                UUID.randomUUID(),
                accounts.get(0),
                accounts.get(1),
                77,
                Transfer.NIL,
                userData,
                3600,
                1,
                9,
                TransferFlag.PENDING.bit());
        Transfer post = Transfer.post(UUID.randomUUID(), held.id(), Transfer.AMOUNT_MAX);

        assertThat(outcomes(held)).containsExactly(TransferOutcome.CREATED);
        assertThat(outcomes(post)).containsExactly(TransferOutcome.CREATED);

        ledger.transfers(List.of(held.id(), post.id()))
                .collectMap(found -> found.transfer().id())
                .as(StepVerifier::create)
                .assertNext(found -> {
                    assertThat(found.get(held.id()).transfer()).isEqualTo(held);
                    assertThat(found.get(held.id()).hold()).isEqualTo(HoldStatus.POSTED);
                    assertThat(found.get(post.id()).transfer()).isEqualTo(post.settled(held, 77));
                    assertThat(found.get(post.id()).debitAfter()).isEqualTo(new Balance(0, 77, 0, 0));
                    assertThat(found.get(post.id()).creditAfter()).isEqualTo(new Balance(0, 0, 0, 77));
                })
                .expectComplete()
                .verify(LIMIT);
        assertThat(outcomes(post)).containsExactly(TransferOutcome.EXISTS);
    }

    @Test
    void holdIsReleasedWhenItsTimeIsOver() {
        List<UUID> accounts = createAccounts(2, 0);
        Transfer held = Transfer.pending(UUID.randomUUID(), accounts.get(0), accounts.get(1), 5, 1, 1, 1);
        assertThat(outcomes(held)).containsExactly(TransferOutcome.CREATED);
        assertThat(balance(accounts.get(0)).debitsPending()).isEqualTo(5);

        RoutingConnectionFactory others = connect();
        Disposable expiry = ledger.startExpiry();
        Disposable sameElsewhere = ledger(others).startExpiry();
        try {
            ledger.accounts(accounts)
                    .map(account -> account.balance().equals(Balance.ZERO))
                    .all(released -> released)
                    .filter(released -> released)
                    .repeatWhenEmpty(times -> times.delayElements(Duration.ofMillis(50)))
                    .as(StepVerifier::create)
                    .expectNext(true)
                    .expectComplete()
                    .verify(LIMIT);
        } finally {
            expiry.dispose();
            sameElsewhere.dispose();
        }
        assertThat(outcomes(Transfer.voiding(UUID.randomUUID(), held.id())))
                .containsExactly(TransferOutcome.PENDING_TRANSFER_EXPIRED);
        assertThat(database.value(
                        "SELECT count(*) FROM sluice_ledger.transfers WHERE pending_id = '" + held.id() + "'"))
                .isEqualTo("1");
        others.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @Test
    void randomTransfersOfManyCallersThroughTwoGatewaysKeepTheSumAndNeverDeadlock() {
        RoutingConnectionFactory others = connect();
        Ledger[] gateways = {ledger, ledger(others)};
        List<UUID> accounts = createAccounts(10, 0);
        String deadlocks = deadlocks();
        Set<UUID> created = ConcurrentHashMap.newKeySet();

        Flux.range(0, CALLERS)
                .flatMap(caller -> caller(gateways[caller % 2], accounts, new Random(caller), created), CALLERS)
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(created).hasSize(CALLERS * 50);
        assertThat(database.value(
                        "SELECT count(*) FROM sluice_ledger.transfers WHERE debit_account_id IN " + inClause(accounts)))
                .isEqualTo(Integer.toString(created.size()));
        assertThat(database.value("SELECT sum(debits_posted) - sum(credits_posted) FROM sluice_ledger.accounts"
                        + " WHERE id IN " + inClause(accounts)))
                .isEqualTo("0");
        assertThat(eachBalanceIsTheSumOfItsTransfers(accounts)).isEqualTo("0");
        assertThat(deadlocks()).isEqualTo(deadlocks);
        others.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    private Mono<Void> caller(Ledger gateway, List<UUID> accounts, Random random, Set<UUID> created) {
        return Flux.range(0, 50)
                .concatMap(i -> {
                    List<UUID> pair = new ArrayList<>(accounts);
                    Collections.shuffle(pair, random);
                    Transfer transfer = move(pair.get(0), pair.get(1), 1 + random.nextInt(100));
                    return gateway.transfer(List.of(transfer)).doOnNext(answer -> {
                        assertThat(answer.value().get(0).outcome()).isEqualTo(TransferOutcome.CREATED);
                        created.add(transfer.id());
                    });
                })
                .then();
    }

    /** How many of the accounts differ from what their transfers add up to. */
    private String eachBalanceIsTheSumOfItsTransfers(List<UUID> accounts) {
        return database.value("SELECT count(*) FROM sluice_ledger.accounts a WHERE a.id IN " + inClause(accounts)
                + " AND (a.debits_posted, a.credits_posted) <> (SELECT"
                + " coalesce(sum(t.amount) FILTER (WHERE t.debit_account_id = a.id), 0),"
                + " coalesce(sum(t.amount) FILTER (WHERE t.credit_account_id = a.id), 0)"
                + " FROM sluice_ledger.transfers t WHERE a.id IN (t.debit_account_id, t.credit_account_id))");
    }

    @Test
    void sameIdSentByManyAtOnceIsDoneOnce() {
        RoutingConnectionFactory others = connect();
        Ledger[] gateways = {ledger, ledger(others)};
        List<UUID> accounts = createAccounts(8, 0);
        List<UUID> ids = Flux.range(0, 200)
                .map(i -> UUID.randomUUID())
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        // The same id for different accounts, through different gateways, in opposite orders.
        Flux.range(0, 8)
                .flatMap(caller -> {
                    List<Transfer> transfers = new ArrayList<>(ids.stream()
                            .map(id -> Transfer.of(
                                    id, accounts.get(caller), accounts.get((caller + 1) % 8), caller + 1, 1, 1))
                            .toList());
                    if (caller % 2 == 0) {
                        Collections.reverse(transfers);
                    }
                    return gateways[caller % 2].transfer(transfers);
                })
                .map(Committed::value)
                .flatMapIterable(answers -> answers)
                .filter(answer -> answer.outcome() == TransferOutcome.CREATED)
                .map(Decision.Answer::id)
                .collectList()
                .as(StepVerifier::create)
                .assertNext(created -> assertThat(created).containsExactlyInAnyOrderElementsOf(ids))
                .expectComplete()
                .verify(LIMIT);
        assertThat(eachBalanceIsTheSumOfItsTransfers(accounts)).isEqualTo("0");
        others.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @Test
    void callerThatLeavesDoesNotStopItsTransfer() {
        List<UUID> accounts = createAccounts(2, 0);
        Transfer transfer = move(accounts.get(0), accounts.get(1), 3);

        ledger.transfer(List.of(transfer)).subscribe().dispose();

        ledger.transfers(List.of(transfer.id()))
                .repeatWhen(times -> times.delayElements(Duration.ofMillis(20)))
                .next()
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void lockedAccountStopsOnlyTheTransfersThatNeedIt() {
        List<UUID> accounts = createAccounts(4, 0);
        Transfer needsLocked = move(accounts.get(0), accounts.get(1), 1);
        Transfer free = move(accounts.get(2), accounts.get(3), 1);

        Flux.usingWhen(
                        connections.create(),
                        locker -> Mono.from(locker.beginTransaction())
                                .thenMany(Flux.from(locker.createStatement(
                                                        "SELECT 1 FROM sluice_ledger.accounts WHERE id = '"
                                                                + accounts.get(0) + "' FOR UPDATE")
                                                .execute())
                                        .flatMap(result -> result.map(row -> 1)))
                                .thenMany(Flux.mergeDelayError(
                                        2,
                                        ledger.transfer(List.of(needsLocked)),
                                        ledger.transfer(List.of(needsLocked)),
                                        ledger.transfer(List.of(free)))),
                        locker -> Mono.from(locker.rollbackTransaction()).then(Mono.from(locker.close())))
                .map(answers -> answers.value().get(0).id())
                .as(StepVerifier::create)
                .expectNext(free.id())
                .expectError()
                .verify(LIMIT);
        assertThat(outcomes(needsLocked)).containsExactly(TransferOutcome.CREATED);
    }

    @Test
    void ledgerOnlyGrows() {
        List<UUID> accounts = createAccounts(2, 0);
        outcomes(move(accounts.get(0), accounts.get(1), 1));

        assertThat(refusalOf("UPDATE sluice_ledger.transfers SET amount = 0")).contains("the ledger only grows");
        assertThat(refusalOf("DELETE FROM sluice_ledger.transfers")).contains("the ledger only grows");
        assertThat(refusalOf("TRUNCATE sluice_ledger.accounts CASCADE")).contains("the ledger only grows");
    }

    private String refusalOf(String sql) {
        try {
            database.execute(sql);
            return "";
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private List<UUID> createAccounts(int count, int flags) {
        List<Account> accounts = IntStream.range(0, count)
                .mapToObj(i -> Account.create(UUID.randomUUID(), UserData.NONE, 1, 1, flags))
                .toList();
        ledger.createAccounts(accounts)
                .as(StepVerifier::create)
                .assertNext(created -> assertThat(created.value()).containsOnly(AccountOutcome.CREATED))
                .expectComplete()
                .verify(LIMIT);
        return accounts.stream().map(Account::id).toList();
    }

    private static Transfer move(UUID debit, UUID credit, long amount) {
        return Transfer.of(UUID.randomUUID(), debit, credit, amount, 1, 1);
    }

    private static Transfer withAmount(Transfer transfer, long amount) {
        return Transfer.of(transfer.id(), transfer.debitAccountId(), transfer.creditAccountId(), amount, 1, 1);
    }

    private static Transfer withAccounts(Transfer transfer, UUID debit, UUID credit) {
        return Transfer.of(transfer.id(), debit, credit, transfer.amount(), 1, 1);
    }

    private List<TransferOutcome> outcomes(Transfer... transfers) {
        List<TransferOutcome> outcomes = new ArrayList<>();
        ledger.transfer(List.of(transfers))
                .as(StepVerifier::create)
                .assertNext(done -> done.value().forEach(answer -> outcomes.add(answer.outcome())))
                .expectComplete()
                .verify(LIMIT);
        return outcomes;
    }

    private Balance balance(UUID id) {
        return ledger.accounts(List.of(id))
                .map(Account::balance)
                .single()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    private String deadlocks() {
        return String.valueOf(
                database.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"));
    }

    private static String inClause(List<UUID> ids) {
        return "('" + String.join("','", ids.stream().map(UUID::toString).toList()) + "')";
    }
}
