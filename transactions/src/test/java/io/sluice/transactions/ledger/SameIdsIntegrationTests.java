package io.sluice.transactions.ledger;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.transactions.tx.SqlStateClass;
import io.sluice.transactions.tx.TransactionTemplate;
import io.sluice.transactions.tx.TxEvent;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Two gateways are given the same ids for different transfers at the same time. */
@Tag("containers")
@PostgresTest
class SameIdsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int LIMITED = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS.bit();

    private final List<TxEvent> events = new CopyOnWriteArrayList<>();
    private TestDatabase database;
    private RoutingConnectionFactory connections;
    private Ledger one;
    private Ledger other;

    /** Those with even numbers may not be debited: they have nothing. */
    private List<UUID> accounts;

    private List<UUID> ids;

    @BeforeEach
    void openTwoLedgers() {
        connections =
                RoutingConnectionFactory.builder().node(database.primary()).build();
        one = ledger();
        other = ledger();
        accounts = IntStream.range(0, 8).mapToObj(i -> UUID.randomUUID()).toList();
        ids = Stream.generate(UUID::randomUUID)
                .limit(3)
                .sorted(DecisionWrite.ID_ORDER)
                .toList();
        one.createSchema()
                .then(one.createAccounts(IntStream.range(0, 8)
                        .mapToObj(i -> Account.create(accounts.get(i), UserData.NONE, 1, 1, i % 2 == 0 ? LIMITED : 0))
                        .toList()))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        database.execute("""
                CREATE TABLE IF NOT EXISTS gate ();
                CREATE OR REPLACE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  WHILE NOT EXISTS (SELECT FROM gate) LOOP PERFORM pg_sleep(0.01); END LOOP;
                  RETURN NEW; END $$;
                CREATE OR REPLACE TRIGGER held BEFORE INSERT ON sluice_ledger.transfers
                  FOR EACH ROW WHEN (NEW.id = '%s') EXECUTE FUNCTION wait_at_gate()""".formatted(ids.get(2)));
    }

    private Ledger ledger() {
        LedgerSettings usual = LedgerSettings.DEFAULT;
        LedgerSettings patient = new LedgerSettings(
                usual.batchMax(),
                usual.queueMax(),
                usual.queueAgeMax(),
                Duration.ofSeconds(40),
                Duration.ofSeconds(20),
                usual.expiryInterval());
        return new Ledger(
                connections, new TransactionTemplate(connections, events::add, Schedulers.parallel()), patient);
    }

    @AfterEach
    void closeConnections() {
        database.execute("INSERT INTO gate DEFAULT VALUES");
        connections.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @Test
    void createdHereAndRefusedThereTheyWaitForEachOtherInOneOrder() throws Exception {
        CompletableFuture<List<TransferOutcome>> first =
                send(one, move(1, ids.get(1), 3), move(1, ids.get(2), 3), move(0, ids.get(0), 3));
        waiting("PgSleep");
        CompletableFuture<List<TransferOutcome>> second = send(other, move(5, ids.get(0), 7), move(4, ids.get(1), 7));
        waiting("transactionid");

        database.execute("INSERT INTO gate DEFAULT VALUES");

        assertThat(first.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .containsExactly(TransferOutcome.CREATED, TransferOutcome.CREATED, TransferOutcome.EXCEEDS_CREDITS);
        assertThat(second.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .containsExactly(
                        TransferOutcome.ID_ALREADY_FAILED, TransferOutcome.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID);
        assertThat(events)
                .filteredOn(TxEvent.Retried.class::isInstance)
                .containsExactly(new TxEvent.Retried(SqlStateClass.SERIALIZATION, 1));
        assertThat(database.value("SELECT count(*) FROM sluice_ledger.transfers WHERE refusal IS NOT NULL"
                        + " AND num_nonnulls(debit_account_id, credit_account_id, amount, ledger, code, flags,"
                        + " debit_debits_posted, credit_credits_posted, pending_id, user_data_128) = 0"))
                .isEqualTo("1");
    }

    private Transfer move(int from, UUID id, int to) {
        return Transfer.of(id, accounts.get(from), accounts.get(to), 5, 1, 1);
    }

    private static CompletableFuture<List<TransferOutcome>> send(Ledger ledger, Transfer... transfers) {
        return ledger.transfer(List.of(transfers))
                .map(done -> done.value().stream().map(Decision.Answer::outcome).toList())
                .toFuture();
    }

    private void waiting(String event) {
        eventually("a backend waits: " + event, () -> "1"
                .equals(database.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND wait_event = '" + event + "'")));
    }
}
