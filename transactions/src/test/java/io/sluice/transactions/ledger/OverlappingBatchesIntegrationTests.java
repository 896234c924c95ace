package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.transactions.tx.TransactionTemplate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A batch that begins while the one before it commits. A transfer of {@link #HELD} stays in its COMMIT until let go. */
@Tag("containers")
@PostgresTest
class OverlappingBatchesIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long HELD = 777;
    private static final int QUEUE_MAX = 8;

    private TestDatabase database;
    private RoutingConnectionFactory connections;
    private Ledger ledger;
    private List<UUID> accounts;

    @BeforeEach
    void openLedger() {
        connections =
                RoutingConnectionFactory.builder().node(database.primary()).build();
        ledger = ledger(QUEUE_MAX);
        accounts = IntStream.range(0, 300)
                .mapToObj(i -> UUID.randomUUID())
                .sorted()
                .toList();
        ledger.createSchema()
                .then(ledger.createAccounts(accounts.stream()
                        .map(id -> Account.create(id, UserData.NONE, 1, 1, 0))
                        .toList()))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        database.execute("""
                CREATE TABLE IF NOT EXISTS gate (state text);
                CREATE OR REPLACE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  WHILE EXISTS (SELECT FROM gate WHERE state = 'shut') LOOP PERFORM pg_sleep(0.01); END LOOP;
                  IF EXISTS (SELECT FROM gate WHERE state = 'broken') THEN RAISE 'the gate is broken'; END IF;
                  RETURN NULL; END $$;
                DROP TRIGGER IF EXISTS held ON sluice_ledger.transfers;
                CREATE CONSTRAINT TRIGGER held AFTER INSERT ON sluice_ledger.transfers DEFERRABLE INITIALLY DEFERRED
                  FOR EACH ROW WHEN (NEW.amount = 777) EXECUTE FUNCTION wait_at_gate();
                DELETE FROM gate;
                INSERT INTO gate VALUES ('shut')""");
    }

    @AfterEach
    void closeConnections() {
        letGo();
        connections.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    private Ledger ledger(int queueMax) {
        LedgerSettings usual = LedgerSettings.DEFAULT;
        LedgerSettings settings = new LedgerSettings(
                usual.batchMax(),
                queueMax,
                Duration.ofSeconds(40),
                Duration.ofSeconds(40),
                Duration.ofSeconds(20),
                usual.expiryInterval());
        return new Ledger(connections, new TransactionTemplate(connections), settings);
    }

    @Test
    void independentTransfersAreDoneWhileABatchCommits() throws Exception {
        CompletableFuture<List<TransferOutcome>> first = send(held(0, 1));
        awaitWaiting(1);

        assertThat(answer(send(move(2, 3, 5)))).containsExactly(TransferOutcome.CREATED);
        assertThat(answer(send(move(3, 2, 5)))).containsExactly(TransferOutcome.CREATED);
        assertThat(first).isNotDone();

        letGo();
        assertThat(answer(first)).containsExactly(TransferOutcome.CREATED);
    }

    @Test
    void independentTransfersAreDoneWhileABatchWaitsForALock() throws Exception {
        CompletableFuture<Void> other =
                CompletableFuture.runAsync(() -> database.execute("""
                DO $$ BEGIN
                  PERFORM FROM sluice_ledger.accounts WHERE id = '%s' FOR UPDATE;
                  WHILE EXISTS (SELECT FROM gate WHERE state = 'shut') LOOP PERFORM pg_sleep(0.01); END LOOP;
                END $$""".formatted(accounts.get(0))));
        awaitWaiting(1);
        CompletableFuture<List<TransferOutcome>> first = send(move(0, 1, 5));

        assertThat(answer(send(move(2, 3, 5)))).containsExactly(TransferOutcome.CREATED);
        assertThat(first).isNotDone();

        letGo();
        other.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer(first)).containsExactly(TransferOutcome.CREATED);
    }

    @Test
    void anIdThatCommitsIsWaitedForWhateverElseItsTransferSays() throws Exception {
        Transfer transfer = held(0, 1);
        CompletableFuture<List<TransferOutcome>> first = send(transfer);
        awaitWaiting(1);

        CompletableFuture<List<TransferOutcome>> same = send(transfer);
        CompletableFuture<List<TransferOutcome>> otherAmount =
                send(Transfer.of(transfer.id(), accounts.get(0), accounts.get(1), 5, 1, 1));
        CompletableFuture<List<TransferOutcome>> otherAccounts =
                send(Transfer.of(transfer.id(), accounts.get(2), accounts.get(3), HELD, 1, 1));
        staysUndone(List.of(same, otherAmount, otherAccounts));

        letGo();
        assertThat(answer(first)).containsExactly(TransferOutcome.CREATED);
        assertThat(answer(same)).containsExactly(TransferOutcome.EXISTS);
        assertThat(answer(otherAmount)).containsExactly(TransferOutcome.EXISTS_WITH_DIFFERENT_AMOUNT);
        assertThat(answer(otherAccounts)).containsExactly(TransferOutcome.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID);
    }

    @Test
    void moneyThatIsOnItsWayIsThereForTheNext() throws Exception {
        UUID poor = UUID.randomUUID();
        ledger.createAccounts(List.of(
                        Account.create(poor, UserData.NONE, 1, 1, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS.bit())))
                .block(LIMIT);
        CompletableFuture<List<TransferOutcome>> first =
                send(Transfer.of(UUID.randomUUID(), accounts.get(0), poor, HELD, 1, 1));
        awaitWaiting(1);

        CompletableFuture<List<TransferOutcome>> spends =
                send(Transfer.of(UUID.randomUUID(), poor, accounts.get(1), HELD - 1, 1, 1));
        CompletableFuture<List<TransferOutcome>> behindIt = send(move(2, 3, 5));
        staysUndone(List.of(spends, behindIt));

        letGo();
        assertThat(answer(first)).containsExactly(TransferOutcome.CREATED);
        assertThat(answer(spends)).containsExactly(TransferOutcome.CREATED);
        assertThat(answer(behindIt)).containsExactly(TransferOutcome.CREATED);
    }

    @Test
    void holdThatIsOnItsWayCanBePosted() throws Exception {
        Transfer hold = Transfer.pending(UUID.randomUUID(), accounts.get(0), accounts.get(1), HELD, 0, 1, 1);
        CompletableFuture<List<TransferOutcome>> first = send(hold);
        awaitWaiting(1);

        CompletableFuture<List<TransferOutcome>> post = send(post(hold));
        staysUndone(List.of(post));

        database.execute("UPDATE gate SET state = 'open'");
        assertThat(answer(first)).containsExactly(TransferOutcome.CREATED);
        assertThat(answer(post)).containsExactly(TransferOutcome.CREATED);
        assertThat(value("SELECT status FROM sluice_ledger.holds WHERE id = '" + hold.id() + "'"))
                .isEqualTo(String.valueOf(HoldStatus.POSTED.stored()));
    }

    @Test
    void holdThatWasMadeHereIsSettledWhileABatchOfOthersCommits() throws Exception {
        Transfer hold = Transfer.pending(UUID.randomUUID(), accounts.get(2), accounts.get(3), 5, 0, 1, 1);
        Transfer sharing = Transfer.pending(UUID.randomUUID(), accounts.get(2), accounts.get(1), 5, 0, 1, 1);
        assertThat(answer(send(hold, sharing))).containsOnly(TransferOutcome.CREATED);
        CompletableFuture<List<TransferOutcome>> first = send(held(0, 1));
        awaitWaiting(1);

        assertThat(answer(send(post(hold)))).containsExactly(TransferOutcome.CREATED);
        CompletableFuture<List<TransferOutcome>> waits = send(Transfer.voiding(UUID.randomUUID(), sharing.id()));
        staysUndone(List.of(waits));

        letGo();
        assertThat(answer(first)).containsExactly(TransferOutcome.CREATED);
        assertThat(answer(waits)).containsExactly(TransferOutcome.CREATED);
    }

    @Test
    void holdThatWasMadeElsewhereIsSettledBehindABatchUnlessItsAccountsAreNamed() throws Exception {
        Transfer hold = Transfer.pending(UUID.randomUUID(), accounts.get(2), accounts.get(3), 5, 0, 1, 1);
        Transfer another = Transfer.pending(UUID.randomUUID(), accounts.get(4), accounts.get(5), 5, 0, 1, 1);
        ledger(QUEUE_MAX).transfer(List.of(hold, another)).block(LIMIT);
        CompletableFuture<List<TransferOutcome>> first = send(held(0, 1));
        awaitWaiting(1);

        Transfer named = new Transfer(
                UUID.randomUUID(),
                accounts.get(4),
                accounts.get(5),
                Transfer.AMOUNT_MAX,
                another.id(),
                UserData.NONE,
                0,
                1,
                1,
                TransferFlag.POST_PENDING_TRANSFER.bit());
        assertThat(answer(send(named))).containsExactly(TransferOutcome.CREATED);
        CompletableFuture<List<TransferOutcome>> unnamed = send(post(hold));
        staysUndone(List.of(unnamed));

        letGo();
        assertThat(answer(first)).containsExactly(TransferOutcome.CREATED);
        assertThat(answer(unnamed)).containsExactly(TransferOutcome.CREATED);
    }

    @Test
    void settlingAHoldIsWaitedForByWhatUsesItsAccounts() throws Exception {
        letGo();
        Transfer hold = Transfer.pending(UUID.randomUUID(), accounts.get(0), accounts.get(1), HELD, 0, 1, 1);
        assertThat(answer(send(hold))).containsExactly(TransferOutcome.CREATED);
        database.execute("INSERT INTO gate VALUES ('shut')");
        CompletableFuture<List<TransferOutcome>> settling = send(post(hold));
        awaitWaiting(1);

        assertThat(answer(send(move(2, 3, 5)))).containsExactly(TransferOutcome.CREATED);
        CompletableFuture<List<TransferOutcome>> again = send(Transfer.voiding(UUID.randomUUID(), hold.id()));
        CompletableFuture<List<TransferOutcome>> sharing = send(move(4, 1, 5));
        staysUndone(List.of(again, sharing));

        letGo();
        assertThat(answer(settling)).containsExactly(TransferOutcome.CREATED);
        assertThat(answer(again)).containsExactly(TransferOutcome.PENDING_TRANSFER_ALREADY_POSTED);
        assertThat(answer(sharing)).containsExactly(TransferOutcome.CREATED);
    }

    private static Transfer post(Transfer hold) {
        return Transfer.post(UUID.randomUUID(), hold.id(), Transfer.AMOUNT_MAX);
    }

    @Test
    void batchThatFailsInItsCommitTakesNobodyWithIt() throws Exception {
        Transfer broken = held(0, 1);
        CompletableFuture<List<TransferOutcome>> first = send(broken);
        awaitWaiting(1);
        CompletableFuture<List<TransferOutcome>> independent = send(move(2, 3, 5));
        assertThat(answer(independent)).containsExactly(TransferOutcome.CREATED);
        CompletableFuture<List<TransferOutcome>> sharing = send(move(0, 3, 5));
        staysUndone(List.of(sharing));

        database.execute("UPDATE gate SET state = 'broken'");
        assertThatThrownBy(() -> answer(first)).isInstanceOf(ExecutionException.class);
        assertThat(answer(sharing)).containsExactly(TransferOutcome.CREATED);
        assertThat(value("SELECT debits_posted FROM sluice_ledger.accounts WHERE id = '" + accounts.get(0) + "'"))
                .isEqualTo("5");

        letGo();
        assertThat(answer(send(broken))).containsExactly(TransferOutcome.CREATED);
    }

    @Test
    void muchSmallerBatchesGatherUntilTheyAreWorthATransaction() throws Exception {
        CompletableFuture<List<TransferOutcome>> first = send(held(0, 1), move(0, 1, 1), move(0, 1, 2), move(0, 1, 3));
        awaitWaiting(1);

        CompletableFuture<List<TransferOutcome>> small = send(move(2, 3, 5));
        staysUndone(List.of(small));
        CompletableFuture<List<TransferOutcome>> another = send(move(4, 5, 5), move(6, 7, 5));

        assertThat(answer(small)).containsExactly(TransferOutcome.CREATED);
        assertThat(answer(another)).containsOnly(TransferOutcome.CREATED);
        assertThat(first).isNotDone();
        // All in one: their times follow one another.
        assertThat(value("SELECT max(at_micros) - min(at_micros) FROM sluice_ledger.transfers WHERE amount = 5"
                        + " AND debit_account_id IN ('" + accounts.get(2) + "', '" + accounts.get(4) + "', '"
                        + accounts.get(6) + "')"))
                .isEqualTo("2");
        letGo();
        answer(first);
    }

    @Test
    void twoAreInFlightAndTheQueueBehindThemIsBounded() throws Exception {
        CompletableFuture<List<TransferOutcome>> first = send(held(0, 1));
        awaitWaiting(1);
        CompletableFuture<List<TransferOutcome>> second = send(held(2, 3));
        awaitWaiting(2);

        List<CompletableFuture<List<TransferOutcome>>> waiting = IntStream.range(0, QUEUE_MAX)
                .mapToObj(i -> send(move(4 + 2 * i, 5 + 2 * i, 5)))
                .toList();
        assertThat(ledger.waiting()).isEqualTo(QUEUE_MAX);
        assertThatThrownBy(() -> answer(send(move(40, 41, 5)))).hasCauseInstanceOf(LedgerBusyException.class);

        letGo();
        assertThat(answer(first)).containsExactly(TransferOutcome.CREATED);
        assertThat(answer(second)).containsExactly(TransferOutcome.CREATED);
        for (CompletableFuture<List<TransferOutcome>> done : waiting) {
            assertThat(answer(done)).containsExactly(TransferOutcome.CREATED);
        }
    }

    @Test
    void callersThatLeaveStopNeitherOfTwoBatches() {
        Transfer first = held(0, 1);
        Transfer second = held(2, 3);
        var leaving = ledger.transfer(List.of(first)).subscribe();
        awaitWaiting(1);
        var leavingToo = ledger.transfer(List.of(second)).subscribe();
        awaitWaiting(2);

        leaving.dispose();
        leavingToo.dispose();
        letGo();

        ledger.transfers(List.of(first.id(), second.id()))
                .count()
                .filter(found -> found == 2)
                .repeatWhenEmpty(times -> times.delayElements(Duration.ofMillis(20)))
                .as(StepVerifier::create)
                .expectNext(2L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void manyCallersAmongManyAccountsKeepEveryBalanceWithoutADeadlock() {
        letGo();
        Ledger open = ledger(LedgerSettings.DEFAULT.queueMax());
        String deadlocks = deadlocks();

        Flux.range(0, 64)
                .flatMap(caller -> caller(open, new Random(caller)), 64)
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        assertThat(value("SELECT count(*) FROM sluice_ledger.transfers t WHERE amount < 100"
                        + " AND debit_account_id = ANY ('{" + ids() + "}')"))
                .isEqualTo("2560");
        assertThat(value("SELECT count(*) FROM sluice_ledger.accounts a WHERE id = ANY ('{" + ids() + "}') AND ("
                        + "debits_posted <> (SELECT coalesce(sum(amount), 0) FROM sluice_ledger.transfers WHERE debit_account_id = a.id)"
                        + " OR credits_posted <> (SELECT coalesce(sum(amount), 0) FROM sluice_ledger.transfers"
                        + " WHERE credit_account_id = a.id))"))
                .isEqualTo("0");
        assertThat(deadlocks()).isEqualTo(deadlocks);
    }

    /** Each transfer is sent twice at once. */
    private Mono<Void> caller(Ledger open, Random random) {
        return Flux.range(0, 40)
                .concatMap(i -> {
                    int from = random.nextInt(accounts.size());
                    int to = (from + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
                    Transfer transfer = move(from, to, 1 + random.nextInt(99));
                    return Mono.zip(open.transfer(List.of(transfer)), open.transfer(List.of(transfer)))
                            .doOnNext(both -> assertThat(Stream.of(both.getT1(), both.getT2())
                                            .map(done -> done.value().get(0).outcome()))
                                    .containsExactlyInAnyOrder(TransferOutcome.CREATED, TransferOutcome.EXISTS));
                })
                .then();
    }

    private CompletableFuture<List<TransferOutcome>> send(Transfer... transfers) {
        return ledger.transfer(List.of(transfers))
                .map(done -> done.value().stream().map(Decision.Answer::outcome).toList())
                .toFuture();
    }

    private static List<TransferOutcome> answer(CompletableFuture<List<TransferOutcome>> sent) throws Exception {
        return sent.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** A round trip beside them was time enough for them to be looked at. */
    private void staysUndone(List<CompletableFuture<List<TransferOutcome>>> sent) {
        value("SELECT pg_sleep(0.1)");
        assertThat(sent).noneMatch(CompletableFuture::isDone);
        assertThat(ledger.waiting()).isEqualTo(sent.size());
    }

    private void awaitWaiting(int transactions) {
        String sleeping = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND wait_event = 'PgSleep' AND pid <> pg_backend_pid()";
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!value(sleeping).equals(String.valueOf(transactions))) {
            assertThat(System.nanoTime()).as("time to wait for COMMITs").isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private void letGo() {
        database.execute("DELETE FROM gate");
    }

    private Transfer held(int debit, int credit) {
        return move(debit, credit, HELD);
    }

    private Transfer move(int debit, int credit, long amount) {
        return Transfer.of(UUID.randomUUID(), accounts.get(debit), accounts.get(credit), amount, 1, 1);
    }

    private String ids() {
        return String.join(",", accounts.stream().map(UUID::toString).toList());
    }

    private String deadlocks() {
        return value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }

    private String value(String sql) {
        return String.valueOf(database.value(sql));
    }
}
