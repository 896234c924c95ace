package io.sluice.transactions.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides transfers: a pure function from the state of the ledger and the requests to their outcomes and to what has to
 * be written. The rules and their order are TigerBeetle's.
 *
 * <p>The same code serves a single transfer, a batch gathered from many callers and the tests; a batch has the outcomes
 * that its transfers would have one at a time.
 */
public final class TransferEngine {

    private TransferEngine() {}

    /**
     * Decides one request.
     *
     * @param state every account, transfer, hold and burnt id that the transfers name
     * @param nowMicros server time: microseconds since 1970
     */
    public static Decision apply(LedgerState state, List<Transfer> transfers, long nowMicros) {
        return applyAll(state, List.of(transfers), nowMicros);
    }

    /**
     * Decides the requests of several callers one after another. Each sees the effects of those before it; a chain of
     * linked transfers never reaches from one request into the next.
     */
    public static Decision applyAll(LedgerState state, List<List<Transfer>> requests, long nowMicros) {
        Draft draft = new Draft(state);
        List<List<Decision.Answer>> answers = new ArrayList<>(requests.size());
        long firstMicros = nowMicros;
        for (List<Transfer> request : requests) {
            answers.add(new Request(draft, firstMicros).answer(request));
            firstMicros += request.size();
        }
        return draft.decision(answers);
    }

    /** One request: its transfers get consecutive times, a microsecond apart, so that each account's have an order. */
    private static final class Request extends LinkedEvents<Transfer, TransferOutcome> {

        private final Draft batch;
        private final long firstMicros;
        private Draft draft;

        /** When the transfers that were there already were recorded: looked up at once, as a broken chain takes its own back. */
        private final Map<Integer, Long> recordedAt = new HashMap<>();

        Request(Draft batch, long firstMicros) {
            super(
                    TransferOutcome.CREATED,
                    TransferOutcome.LINKED_EVENT_FAILED,
                    TransferOutcome.LINKED_EVENT_CHAIN_OPEN);
            this.batch = batch;
            this.draft = batch;
            this.firstMicros = firstMicros;
        }

        List<Decision.Answer> answer(List<Transfer> transfers) {
            List<TransferOutcome> outcomes = run(transfers);
            List<Decision.Answer> answers = new ArrayList<>(outcomes.size());
            for (int index = 0; index < outcomes.size(); index++) {
                answers.add(answer(transfers.get(index), outcomes.get(index), index));
            }
            return answers;
        }

        private Decision.Answer answer(Transfer transfer, TransferOutcome outcome, int index) {
            long micros = recordedAt.getOrDefault(index, firstMicros + index);
            return new Decision.Answer(transfer.id(), outcome, micros);
        }

        @Override
        boolean linked(Transfer transfer) {
            return transfer.has(TransferFlag.LINKED);
        }

        @Override
        TransferOutcome decide(Transfer transfer, int index) {
            TransferOutcome outcome = new TransferRules(draft, firstMicros + index).decide(transfer);
            if (outcome == TransferOutcome.EXISTS) {
                RecordedTransfer recorded = draft.transfer(transfer.id());
                if (recorded != null) {
                    recordedAt.put(index, recorded.timestampMicros());
                }
            }
            return outcome;
        }

        @Override
        void chainBegins() {
            draft = batch.chain();
        }

        @Override
        void chainHolds() {
            batch.keep(draft);
            draft = batch;
        }

        @Override
        void chainBreaks() {
            draft = batch;
        }

        @Override
        void refused(Transfer transfer, int index, TransferOutcome outcome) {
            if (outcome.burnsId()) {
                batch.burn(new Decision.Burnt(transfer.id(), outcome, firstMicros + index));
            }
        }
    }
}
