package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.ClusterNode;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.transactions.tx.TransactionTemplate;
import io.sluice.transactions.tx.TxEvent;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The network breaks while COMMIT runs, and the server commits all the same. */
@PostgresTest(ownCluster = true, relays = true, replicas = 0)
class UnknownCommitIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private TestDatabase database;
    private final List<TxEvent> events = new CopyOnWriteArrayList<>();

    @Test
    void commitWithoutAnAnswerIsSettledByItsRowsAndTheCallerHearsTheTruth() throws Exception {
        RoutingConnectionFactory connections = RoutingConnectionFactory.builder()
                .node(database.primary())
                .acquireTimeout(Duration.ofSeconds(5))
                .build();
        Ledger ledger = new Ledger(
                connections,
                new TransactionTemplate(connections, events::add, Schedulers.parallel()),
                LedgerSettings.DEFAULT);
        UUID from = UUID.randomUUID();
        UUID to = UUID.randomUUID();
        ledger.createSchema()
                .then(ledger.createAccounts(List.of(
                        Account.create(from, UserData.NONE, 1, 1, 0), Account.create(to, UserData.NONE, 1, 1, 0))))
                .as(StepVerifier::create)
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        makeCommitSlow();

        Transfer transfer = Transfer.of(UUID.randomUUID(), from, to, 5, 1, 1);
        CompletableFuture<TransferOutcome> outcome = ledger.transfer(List.of(transfer))
                .map(done -> done.value().get(0).outcome())
                .toFuture();
        awaitCommit();
        ClusterNode primary = database.cluster().primary();
        primary.resetNetwork();
        primary.restoreNetwork();

        // Not EXISTS: it was this very request that did it.
        assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(TransferOutcome.CREATED);
        assertThat(events).anyMatch(TxEvent.OutcomeUnknown.class::isInstance);
        assertThat(database.value("SELECT debits_posted FROM sluice_ledger.accounts WHERE id = '" + from + "'"))
                .isEqualTo("5");
        assertThat(database.value("SELECT count(*) FROM sluice_ledger.transfers"))
                .isEqualTo("1");
        connections.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    private void makeCommitSlow() {
        database.execute("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.8);"
                + " RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON sluice_ledger.transfers"
                + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()");
    }

    private void awaitCommit() throws InterruptedException {
        String committing = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'";
        while (!"1".equals(database.value(committing))) {
            Thread.sleep(20);
        }
    }
}
