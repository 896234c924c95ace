package io.sluice.transactions.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What {@link TransferEngine} decided, and all that has to be written for it to be true.
 *
 * @param answers for each request one list, with one answer for each of its transfers, in order
 * @param created the transfers to append, in the order in which they happened
 * @param burnt the refusals whose ids are never to be used again
 * @param settledHolds earlier holds that are no longer pending; those created here as well carry their last state
 * @param accounts every account that changed, as it stands at the end
 */
public record Decision(
        List<List<Answer>> answers,
        List<RecordedTransfer> created,
        List<Burnt> burnt,
        Map<UUID, HoldStatus> settledHolds,
        Collection<Account> accounts) {

    /**
     * The fate of one transfer.
     *
     * @param timestampMicros when it was recorded, for {@code CREATED} and {@code EXISTS}; when it was refused otherwise
     */
    public record Answer(UUID id, TransferOutcome outcome, long timestampMicros) {}

    /** A refusal that is remembered. */
    public record Burnt(UUID id, TransferOutcome outcome, long timestampMicros) {}

    /** Whether there is nothing to write. */
    boolean changesNothing() {
        return created.isEmpty() && burnt.isEmpty();
    }
}
