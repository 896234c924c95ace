package io.sluice.loadtests.scenarios;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.foreach;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import io.sluice.loadtests.Flow;
import io.sluice.loadtests.Mix;
import io.sluice.loadtests.checks.Balance;
import io.sluice.loadtests.checks.RowCount;
import io.sluice.loadtests.checks.Rows;
import io.sluice.loadtests.endpoints.Ledger;
import io.sluice.loadtests.endpoints.Rest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Runs alone after the load and compares what the gateway holds with what it acknowledged. Its checks are requests like all
 * others: one that fails fails the run. Each part begins with a write of its own and reads with the token of that write, so
 * that it sees all that was written before.
 */
public final class Audit {

    private static final int ACCOUNTS_A_REQUEST = 50;
    private static final int ROWS_A_REQUEST = 5_000;

    private final World world;
    private final Journeys journeys;
    private final List<String> summary = new CopyOnWriteArrayList<>();

    public Audit(World world, Journeys journeys) {
        this.world = world;
        this.journeys = journeys;
    }

    /** Every account holds what its answered transfers say, and the sums of debits and credits are equal. */
    public ScenarioBuilder money() {
        return scenario("audit of the money").exec(accounts());
    }

    /** Every acknowledged order is in the table, and not one more of this run. */
    public ScenarioBuilder rows() {
        return scenario("audit of the rows").exec(orders());
    }

    /** The names of the requests whose failure means that money or rows are not right. */
    public static List<String> requests(Mix mix) {
        List<String> requests = new ArrayList<>();
        if (mix.has(Flow.TRANSFERS)) {
            requests.add(Ledger.AUDIT);
        }
        if (changesRows(mix)) {
            requests.add(Rest.AUDIT);
        }
        return requests;
    }

    /** What the flows of the mix leave behind, and whether the gateway still answers. */
    public ScenarioBuilder of(Mix mix) {
        ScenarioBuilder audit = scenario("audit");
        if (mix.has(Flow.TRANSFERS)) {
            audit = audit.exec(accounts());
        }
        if (changesRows(mix)) {
            audit = audit.exec(orders());
        }
        return audit.exec(Rest.verdict(() -> null));
    }

    private static boolean changesRows(Mix mix) {
        return mix.has(Flow.INGEST) || mix.has(Flow.READ_YOUR_WRITES);
    }

    private ChainBuilder accounts() {
        Balance balance = new Balance();
        List<List<String>> portions = world.accounts().portions(ACCOUNTS_A_REQUEST);
        return exec(journeys.settle())
                .exec(journeys.closingTransfer())
                .exec(foreach(portions, "portion")
                        .on(exec(session -> session.set("ids", String.join(",", session.getList("portion"))))
                                .exec(Ledger.accounts((body, session) -> verify(balance, body, session)))));
    }

    private void verify(Balance balance, String body, Session session) {
        List<JsonNode> accounts = Rows.ofArray(body);
        accounts.forEach(
                account -> balance.add(Rows.longOf(account, "debits_posted"), Rows.longOf(account, "credits_posted")));
        Rows.count(accounts, session.getList("portion").size());
        if (balance.count() == world.accounts().total()) {
            summary.add(balance.count() + " accounts have debits " + balance.debits() + " and credits "
                    + balance.credits() + "; " + world.accounts().books().createdCount() + " transfers were made, "
                    + world.accounts().books().refusedCount() + " refused");
            balance.verify();
        }
        accounts.forEach(this::verifyAccount);
    }

    private void verifyAccount(JsonNode account) {
        String id = Rows.textOf(account, "id");
        world.accounts()
                .books()
                .verify(
                        world.accounts().number(id),
                        id,
                        Rows.longOf(account, "debits_posted"),
                        Rows.longOf(account, "credits_posted"));
    }

    /** A sentence for each part that was audited: what was found, and what had to be there. */
    public List<String> summary() {
        return summary;
    }

    private ChainBuilder orders() {
        RowCount count = new RowCount(world.tables().orders().newest(), ROWS_A_REQUEST);
        return exec(journeys.closingOrder())
                .exec(Session::markAsSucceeded)
                .exec(asLongAs(session -> !count.complete() && !session.isFailed())
                        .on(exec(session -> session.set("after", count.last()))
                                .exec(Rest.rowsMarked(world.orders().mark(), ROWS_A_REQUEST, (body, session) -> {
                                    count.add(Rows.ofArray(body));
                                    if (count.complete()) {
                                        summary.add(count.rows() + " new orders are in the table; "
                                                + world.storedCount() + " were acknowledged, " + world.sentCount()
                                                + " sent");
                                        count.verify(world.storedCount(), world.sentCount());
                                    }
                                }))));
    }
}
