package io.sluice.transactions.ledger;

import io.sluice.transactions.tx.Committed;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.MonoSink;

/** A batch from when it has left the queue to when it has its answers. Guarded by its lane. */
final class Flight {

    /** A request and who waits for its answers. */
    record Waiting(List<Transfer> request, MonoSink<Committed<List<Decision.Answer>>> caller, long sinceNanos) {}

    private final List<Waiting> members;
    private final int size;
    private final KnownHolds holds;
    private final Set<UUID> touched = new HashSet<>();

    /** Whether it settles a hold whose accounts are not known. */
    private boolean settlesUnknown;

    /** Whether what waits first was found to need it. */
    private boolean needed;

    Flight(List<Waiting> members, int size, KnownHolds holds) {
        this.members = members;
        this.size = size;
        this.holds = holds;
    }

    List<Waiting> members() {
        return members;
    }

    int size() {
        return size;
    }

    /** Whether nothing can begin before it has ended, since that is what waits first. */
    boolean isNeeded() {
        return needed;
    }

    void isNeededNow() {
        needed = true;
    }

    /**
     * Whether the outcome of {@code request} may depend on this batch: both name the same account or id, or one of them
     * settles a hold whose accounts are not known here.
     */
    boolean matters(List<Transfer> request) {
        if (touched.isEmpty()) {
            members.forEach(member -> member.request().forEach(this::touch));
        }
        return settlesUnknown || request.stream().anyMatch(this::matters);
    }

    private boolean matters(Transfer transfer) {
        if (touched.contains(transfer.id())) {
            return true;
        }
        if (!transfer.settles()) {
            return touched.contains(transfer.debitAccountId()) || touched.contains(transfer.creditAccountId());
        }
        KnownHolds.Accounts accounts = holds.of(transfer);
        return accounts == null
                || touched.contains(transfer.pendingId())
                || touched.contains(accounts.debit())
                || touched.contains(accounts.credit());
    }

    private void touch(Transfer transfer) {
        touched.add(transfer.id());
        if (!transfer.settles()) {
            touched.add(transfer.debitAccountId());
            touched.add(transfer.creditAccountId());
            return;
        }
        touched.add(transfer.pendingId());
        KnownHolds.Accounts accounts = holds.of(transfer);
        if (accounts == null) {
            settlesUnknown = true;
        } else {
            touched.add(accounts.debit());
            touched.add(accounts.credit());
        }
    }
}
