package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What holds for every transfer, tried on a million of them, half of them new in each run. A failure names its seed. */
class TransferEnginePropertyTests {

    private static final int ROUNDS = 50;
    private static final int TRANSFERS_A_ROUND = 20_000;
    private static final int REQUEST_MAX = 40;

    private final Map<TransferOutcome, Integer> outcomes = new EnumMap<>(TransferOutcome.class);

    @Test
    void batchHasTheResultOfItsTransfersOneAtATimeAndEveryCounterFollowsFromThem() {
        long first = Long.getLong("sluice.test.seed", new Random().nextLong());
        System.out.println("TransferEnginePropertyTests: -Dsluice.test.seed=" + first);
        for (int round = 0; round < ROUNDS; round++) {
            new Round(first + round).run();
            // The same in every run: what must have come up does not depend on luck.
            new Round(round).run();
        }
        assertThat(outcomes.keySet())
                .contains(
                        TransferOutcome.CREATED,
                        TransferOutcome.EXISTS,
                        TransferOutcome.ID_ALREADY_FAILED,
                        TransferOutcome.LINKED_EVENT_FAILED,
                        TransferOutcome.EXCEEDS_CREDITS,
                        TransferOutcome.EXCEEDS_DEBITS,
                        TransferOutcome.PENDING_TRANSFER_EXPIRED,
                        TransferOutcome.PENDING_TRANSFER_ALREADY_POSTED,
                        TransferOutcome.DEBIT_ACCOUNT_ALREADY_CLOSED,
                        TransferOutcome.OVERFLOWS_DEBITS);
    }

    private final class Round {

        private final long seed;
        private final Random random;
        private final LedgerBook batches = new LedgerBook();
        private final LedgerBook singles = new LedgerBook();
        private final List<UUID> accounts = new ArrayList<>();

        Round(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() {
            createAccounts();
            RandomTransfers transfers = new RandomTransfers(random, accounts);
            int done = 0;
            while (done < TRANSFERS_A_ROUND) {
                List<List<Transfer>> requests = new ArrayList<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    requests.add(transfers.request(1 + random.nextInt(REQUEST_MAX)));
                }
                done += requests.stream().mapToInt(List::size).sum();
                compare(requests);
                if (random.nextInt(10) == 0) {
                    batches.pass(1);
                    singles.pass(1);
                }
            }
            everyCounterFollowsFromTheTransfers();
        }

        private void createAccounts() {
            int[] flags = {
                0,
                0,
                0,
                0,
                AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS.bit(),
                AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS.bit(),
                AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS.bit()
            };
            List<Account> requested = new ArrayList<>();
            for (int i = 0; i < flags.length; i++) {
                requested.add(Account.create(new UUID(1, i), UserData.NONE, 1, 1, flags[i]));
                accounts.add(new UUID(1, i));
            }
            batches.createAccounts(requested);
            singles.createAccounts(requested);
        }

        private void compare(List<List<Transfer>> requests) {
            long micros = batches.nowMicros;
            Decision together = TransferEngine.applyAll(batches.state(), requests, micros);
            batches.keep(together);
            List<List<Decision.Answer>> alone = new ArrayList<>();
            for (List<Transfer> request : requests) {
                alone.add(oneAtATime(request, micros));
                micros += request.size();
            }
            batches.nowMicros = micros + 1;
            singles.nowMicros = micros + 1;
            assertThat(together.answers()).as("seed %d", seed).isEqualTo(alone);
            assertThat(batches.accounts).as("seed %d", seed).isEqualTo(singles.accounts);
            together.answers()
                    .forEach(answers -> answers.forEach(answer -> outcomes.merge(answer.outcome(), 1, Integer::sum)));
            batches.accounts.values().forEach(this::isSound);
        }

        /** Each transfer as a request of its own, a chain of linked ones as one request. */
        private List<Decision.Answer> oneAtATime(List<Transfer> request, long firstMicros) {
            List<Decision.Answer> answers = new ArrayList<>();
            List<Transfer> chain = new ArrayList<>();
            for (int i = 0; i < request.size(); i++) {
                chain.add(request.get(i));
                if (!request.get(i).has(TransferFlag.LINKED) || i == request.size() - 1) {
                    long micros = firstMicros + i + 1 - chain.size();
                    Decision decision = TransferEngine.apply(singles.state(), List.copyOf(chain), micros);
                    singles.keep(decision);
                    answers.addAll(decision.answers().get(0));
                    chain.clear();
                }
            }
            return answers;
        }

        private void isSound(Account account) {
            Balance balance = account.balance();
            boolean sound = balance.debitsPending() >= 0
                    && balance.debitsPosted() >= 0
                    && balance.creditsPending() >= 0
                    && balance.creditsPosted() >= 0
                    && balance.debitsPending() + balance.debitsPosted() >= 0
                    && balance.creditsPending() + balance.creditsPosted() >= 0
                    && !account.debitsWouldExceedCredits(0)
                    && !account.creditsWouldExceedDebits(0);
            assertThat(sound).as("seed %d: %s", seed, account).isTrue();
        }

        private void everyCounterFollowsFromTheTransfers() {
            for (Account account : batches.accounts.values()) {
                Balance expected = Balance.ZERO;
                for (RecordedTransfer recorded : batches.transfers.values()) {
                    Transfer transfer = recorded.transfer();
                    boolean posts = recorded.hold() == HoldStatus.NONE
                            && !transfer.has(TransferFlag.VOID_PENDING_TRANSFER)
                            && !transfer.has(TransferFlag.EXPIRE_PENDING_TRANSFER);
                    long posted = posts ? transfer.amount() : 0;
                    long pending = recorded.hold() == HoldStatus.PENDING ? transfer.amount() : 0;
                    if (transfer.debitAccountId().equals(account.id())) {
                        expected = expected.plusDebit(pending, posted);
                    }
                    if (transfer.creditAccountId().equals(account.id())) {
                        expected = expected.plusCredit(pending, posted);
                    }
                }
                assertThat(account.balance()).as("seed %d: %s", seed, account).isEqualTo(expected);
            }
        }
    }
}
