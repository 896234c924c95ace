package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Result;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.transactions.tx.TransactionTemplate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Statements that a connection plans once, on connections that keep them and on such that do not. */
@Tag("containers")
@PostgresTest
class PlansIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String OURS =
            " FROM pg_prepared_statements WHERE name LIKE 'sluice\\_%' AND statement LIKE '%sluice\\_ledger.%'";
    private static final String USES = "SELECT coalesce(sum(generic_plans + custom_plans), 0) AS answer" + OURS;
    private static final String PLANNED_AGAIN = "SELECT sum(custom_plans)::bigint AS answer" + OURS;

    /** Look for existing ones, write. */
    private static final int ACCOUNTS_CREATED = 2;

    private TestDatabase database;
    private RoutingConnectionFactory connections;
    private Ledger ledger;
    private List<UUID> accounts;

    @BeforeEach
    void openLedgerOnOneConnection() {
        connections = RoutingConnectionFactory.builder()
                .node(database.primary())
                .maxSize(1)
                .build();
        ledger = new Ledger(connections, new TransactionTemplate(connections), LedgerSettings.DEFAULT);
        accounts = List.of(UUID.randomUUID(), UUID.randomUUID());
        ledger.createSchema()
                .thenMany(ledger.createAccounts(accounts.stream()
                        .map(id -> Account.create(id, UserData.NONE, 1, 1, 0))
                        .toList()))
                .then()
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);
    }

    @AfterEach
    void closeConnections() {
        connections.close().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @Test
    void plainTransfersUseThePlansOfTheirConnection() {
        create(transfers(4));

        // Each batch: lock, look for existing ones, write.
        assertAnswer(USES, ACCOUNTS_CREATED + 4 * 3);
        assertBalance(4);
    }

    @Test
    void holdsAndWhatBelongsToTheCallerUsePlansToo() {
        List<Transfer> holds = transfers(3).stream()
                .map(transfer -> transfer.withFlags(Set.of(TransferFlag.PENDING)))
                .toList();
        create(holds);
        create(holds.stream()
                .map(hold -> Transfer.post(UUID.randomUUID(), hold.id(), Transfer.AMOUNT_MAX))
                .toList());

        // A hold: lock, look for existing ones, write it, its status and the counters; its posting the same.
        assertAnswer(USES, ACCOUNTS_CREATED + 3 * 5 + 3 * 5);
        assertAnswer(PLANNED_AGAIN, 0);
        assertBalance(3);
    }

    @Test
    void theSmallestBatchIsNotPlannedAgain() {
        create(transfers(7));

        assertAnswer(PLANNED_AGAIN, 0);
        assertBalance(7);
    }

    @Test
    void transfersGoOnWhereTheConnectionHasLostItsPlans() {
        create(transfers(2));
        Mono.from(connections.create())
                .flatMapMany(connection -> Flux.from(
                                connection.createStatement("DEALLOCATE ALL").execute())
                        .concatMap(Result::getRowsUpdated)
                        .thenMany(Flux.from(connection.close())))
                .as(StepVerifier::create)
                .expectComplete()
                .verify(LIMIT);

        create(transfers(2));

        assertAnswer(USES, 0);
        assertBalance(4);
    }

    private static List<UUID> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> UUID.randomUUID()).toList();
    }

    private List<Transfer> transfers(int count) {
        return ids(count).stream()
                .map(id -> Transfer.of(id, accounts.get(0), accounts.get(1), 1, 1, 1))
                .toList();
    }

    /** One after another, each in a batch of its own. */
    private void create(List<Transfer> transfers) {
        Flux.fromIterable(transfers)
                .concatMap(transfer -> ledger.transfer(List.of(transfer)))
                .map(done -> done.value().get(0).outcome())
                .as(StepVerifier::create)
                .expectNextSequence(
                        transfers.stream().map(each -> TransferOutcome.CREATED).toList())
                .expectComplete()
                .verify(LIMIT);
    }

    private void assertAnswer(String question, long expected) {
        connections
                .write(connection -> Flux.from(
                                connection.createStatement(question).execute())
                        .concatMap(result -> result.map(row -> row.get("answer", Long.class))))
                .as(StepVerifier::create)
                .expectNext(expected)
                .expectComplete()
                .verify(LIMIT);
    }

    private void assertBalance(long moved) {
        assertThat(database.value(
                        "SELECT debits_posted FROM sluice_ledger.accounts WHERE id = '" + accounts.get(0) + "'"))
                .isEqualTo(String.valueOf(moved));
    }
}
