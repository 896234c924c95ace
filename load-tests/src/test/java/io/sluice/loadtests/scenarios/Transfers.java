package io.sluice.loadtests.scenarios;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.sluice.loadtests.checks.Books;
import io.sluice.loadtests.checks.TransferAnswer;
import io.sluice.loadtests.data.Pairs;
import io.sluice.loadtests.deployment.Accounts;
import io.sluice.loadtests.endpoints.Ledger;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Money moved among the accounts of the run, and the books kept of it. */
final class Transfers {

    private static final String TRANSFER = "sent";
    private static final int AMOUNT_MAX = 100;
    private static final String ATTEMPTS = "attempts";
    private static final int ATTEMPTS_MAX = 60;
    private static final Duration ATTEMPT_PAUSE = Duration.ofMillis(500);

    private final Accounts accounts;
    private final Pairs pairs;
    private final Queue<Sent> unsettled = new ConcurrentLinkedQueue<>();

    Transfers(World world) {
        this.accounts = world.accounts();
        this.pairs = Pairs.of(world.config().spread(), accounts.size());
    }

    private record Sent(int debit, int credit, long amount, String body) {}

    /** One transfer of a small random amount. */
    ChainBuilder one() {
        return exec(this::draw)
                .exec(Ledger.transfer((body, session) -> book(sent(session), TransferAnswer.ofFirst(body))))
                .exec(this::rememberUnanswered);
    }

    /** The same, and the answer's consistency token is saved as {@code token}. */
    ChainBuilder withToken() {
        return exec(this::draw)
                .exec(Ledger.transferWithToken((body, session) -> book(sent(session), TransferAnswer.ofFirst(body))));
    }

    /**
     * Sends every transfer that got no good answer again with its id, until the gateway says what became of it: from then on
     * the books are complete. Gives up when too many attempts in a row fail; these are failed requests of the run.
     */
    ChainBuilder settle() {
        return exec(session -> session.set(ATTEMPTS, 0))
                .exec(asLongAs(session -> !unsettled.isEmpty() && session.getInt(ATTEMPTS) < ATTEMPTS_MAX)
                        .on(exec(this::next)
                                .exec(Ledger.settle(
                                        (body, session) -> book(sent(session), TransferAnswer.ofRepeat(body))))
                                .exec(this::rememberUnanswered)
                                .doIf(Session::isFailed)
                                .then(pause(ATTEMPT_PAUSE))));
    }

    private Session draw(Session session) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Pairs.Pair pair = pairs.next(random);
        long amount = random.nextLong(1, AMOUNT_MAX + 1);
        String body = accounts.transfer(pair.debit(), pair.credit(), amount);
        return session.set(TRANSFER, new Sent(pair.debit(), pair.credit(), amount, body))
                .set("transfer", body);
    }

    private Session next(Session session) {
        @Nullable Sent sent = unsettled.poll();
        Session next = session.set(ATTEMPTS, session.isFailed() ? session.getInt(ATTEMPTS) + 1 : 0)
                .markAsSucceeded();
        return sent == null ? next : next.set(TRANSFER, sent).set("transfer", sent.body());
    }

    private Session rememberUnanswered(Session session) {
        if (session.isFailed()) {
            unsettled.add(sent(session));
        }
        return session;
    }

    private static Sent sent(Session session) {
        return session.get(TRANSFER);
    }

    private void book(Sent sent, TransferAnswer answer) {
        Books books = accounts.books();
        switch (answer) {
            case CREATED -> books.created(sent.debit(), sent.credit(), sent.amount());
            case REFUSED -> books.refused();
        }
    }
}
