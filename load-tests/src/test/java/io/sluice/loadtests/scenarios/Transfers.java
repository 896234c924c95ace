package io.sluice.loadtests.scenarios;

import static io.gatling.javaapi.core.CoreDsl.exec;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.sluice.loadtests.checks.TransferAnswer;
import io.sluice.loadtests.data.Pairs;
import io.sluice.loadtests.endpoints.Ledger;
import java.util.concurrent.ThreadLocalRandom;

/** Money moved among the accounts of the run, and the books kept of it. */
public final class Transfers {

    private static final int AMOUNT_MAX = 100;

    private final World world;
    private final Pairs pairs;

    public Transfers(World world, Pairs.Spread spread) {
        this.world = world;
        this.pairs = Pairs.of(spread, world.accounts().size());
    }

    /** One transfer of a small random amount. */
    public ChainBuilder one() {
        return exec(this::draw).exec(Ledger.transfer(this::book));
    }

    /** The same, and the answer's consistency token is saved as {@code token}. */
    ChainBuilder withToken() {
        return exec(this::draw).exec(Ledger.transferWithToken(this::book));
    }

    private Session draw(Session session) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Pairs.Pair pair = pairs.next(random);
        long amount = random.nextLong(1, AMOUNT_MAX + 1);
        return session.set("debit", pair.debit())
                .set("credit", pair.credit())
                .set("amount", amount)
                .set("transfer", world.accounts().transfer(pair.debit(), pair.credit(), amount));
    }

    private void book(String body, Session session) {
        switch (TransferAnswer.parse(body)) {
            case CREATED ->
                world.accounts()
                        .books()
                        .created(session.getInt("debit"), session.getInt("credit"), session.getLong("amount"));
            case INSUFFICIENT_FUNDS -> world.accounts().books().refused();
        }
    }
}
