package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The engine, in batches, against a ledger that only adds up a list, one transfer at a time: the same answers and the
 * same accounts. A failure names its seed; {@code -Dsluice.test.transfers} is how many, by default a million.
 */
class TransferEngineModelTests {

    private static final int TRANSFERS_A_ROUND = 400;
    private static final int REQUEST_MAX = 12;

    private final Set<TransferOutcome> outcomes = EnumSet.noneOf(TransferOutcome.class);

    @Test
    void engineAnswersAsALedgerThatOnlyAddsUp() {
        int transfers = Integer.getInteger("sluice.test.transfers", 1_000_000);
        long first = Long.getLong("sluice.test.seed", new Random().nextLong());
        System.out.println("TransferEngineModelTests: -Dsluice.test.seed=" + first);
        int rounds = Math.max(1, transfers / TRANSFERS_A_ROUND / 2);
        for (int round = 0; round < rounds; round++) {
            new Round(first + round).run();
            // The same in every run: what must have come up does not depend on luck.
            new Round(round).run();
        }
        // Nothing can be so long a timeout here; it is a rule of the parser.
        Set<TransferOutcome> never = EnumSet.of(TransferOutcome.OVERFLOWS_TIMEOUT);
        assertThat(EnumSet.complementOf(EnumSet.copyOf(outcomes))).isSubsetOf(never);
    }

    private final class Round {

        private final long seed;
        private final Random random;
        private final LedgerBook book = new LedgerBook();
        private final NaiveLedger naive = new NaiveLedger();
        private final List<UUID> accounts = new ArrayList<>();

        Round(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() {
            createAccounts();
            RandomTransfers transfers = RandomTransfers.wild(random, accounts);
            int done = 0;
            while (done < TRANSFERS_A_ROUND) {
                List<List<Transfer>> requests = new ArrayList<>();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    requests.add(transfers.request(1 + random.nextInt(REQUEST_MAX)));
                }
                done += requests.stream().mapToInt(List::size).sum();
                compare(requests);
                if (random.nextInt(8) == 0) {
                    pass();
                }
            }
        }

        private void createAccounts() {
            int holdsMoney = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS.bit();
            int owesMoney = AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS.bit();
            int[] flags = {0, 0, 0, holdsMoney, holdsMoney, owesMoney, 0, 0};
            List<Account> requested = new ArrayList<>();
            for (int i = 0; i < flags.length; i++) {
                UUID id = new UUID(1, i);
                // One is of another money, and one is closed from the beginning.
                int closed = i == 7 && random.nextInt(4) == 0 ? AccountFlag.CLOSED.bit() : 0;
                requested.add(Account.create(id, UserData.NONE, i == 6 ? 2 : 1, 1, flags[i] | closed));
                accounts.add(id);
            }
            book.createAccounts(requested);
            requested.forEach(naive::add);
        }

        private void compare(List<List<Transfer>> requests) {
            long micros = book.nowMicros;
            Decision decision = TransferEngine.applyAll(book.state(), requests, micros);
            book.keep(decision);
            List<List<Decision.Answer>> expected = new ArrayList<>();
            for (List<Transfer> request : requests) {
                expected.add(naive.transfer(request, micros));
                micros += request.size();
            }
            book.nowMicros = micros + 1;
            assertThat(decision.answers()).as("seed %d: %s", seed, requests).isEqualTo(expected);
            expected.forEach(answers -> answers.forEach(answer -> outcomes.add(answer.outcome())));
            accounts.forEach(this::sameAccount);
        }

        private void sameAccount(UUID id) {
            Account account = book.accounts.get(id);
            Balance balance = account.balance();
            NaiveLedger.Side debits = naive.side(id, true);
            NaiveLedger.Side credits = naive.side(id, false);
            assertThat(List.of(
                            BigInteger.valueOf(balance.debitsPending()),
                            BigInteger.valueOf(balance.debitsPosted()),
                            BigInteger.valueOf(balance.creditsPending()),
                            BigInteger.valueOf(balance.creditsPosted()),
                            account.has(AccountFlag.CLOSED)))
                    .as("seed %d: %s", seed, account)
                    .isEqualTo(List.of(
                            debits.pending(),
                            debits.posted(),
                            credits.pending(),
                            credits.posted(),
                            naive.isClosed(id)));
        }

        /** A second goes by; what is over by then is released in both. */
        private void pass() {
            book.nowMicros += 1_000_000;
            Set<UUID> due = book.transfers.values().stream()
                    .filter(hold -> hold.hold() == HoldStatus.PENDING
                            && hold.expires()
                            && hold.expiresAtMicros() <= book.nowMicros)
                    .map(hold -> hold.transfer().id())
                    .collect(Collectors.toSet());
            assertThat(due).as("seed %d", seed).isEqualTo(naive.due(book.nowMicros));
            if (!due.isEmpty() && random.nextBoolean()) {
                compare(List.of(due.stream().map(Expiry::of).toList()));
            }
        }
    }
}
