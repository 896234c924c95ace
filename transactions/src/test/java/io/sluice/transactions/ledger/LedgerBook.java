package io.sluice.transactions.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Keeps what the engine decided, so that the next request meets it. */
final class LedgerBook {

    final Map<UUID, Account> accounts = new HashMap<>();
    final Map<UUID, RecordedTransfer> transfers = new HashMap<>();
    final Set<UUID> burnt = new HashSet<>();
    long nowMicros = 1_000_000;

    LedgerState state() {
        return new LedgerState(accounts, transfers, burnt);
    }

    List<AccountOutcome> createAccounts(List<Account> requested) {
        AccountEngine.Creation creation = AccountEngine.apply(accounts, requested, nowMicros);
        creation.created().forEach(account -> accounts.put(account.id(), account));
        nowMicros += requested.size() + 1;
        return creation.outcomes();
    }

    List<Decision.Answer> transfer(List<Transfer> requested) {
        Decision decision = TransferEngine.apply(state(), requested, nowMicros);
        keep(decision);
        nowMicros += requested.size() + 1;
        return decision.answers().get(0);
    }

    void keep(Decision decision) {
        decision.accounts().forEach(account -> accounts.put(account.id(), account));
        decision.created().forEach(created -> transfers.put(created.transfer().id(), created));
        decision.settledHolds().forEach((id, status) -> transfers.computeIfPresent(id, (key, t) -> t.withHold(status)));
        decision.burnt().forEach(refusal -> burnt.add(refusal.id()));
    }

    void pass(long seconds) {
        nowMicros += seconds * 1_000_000;
        List<Transfer> expiries = new ArrayList<>();
        for (RecordedTransfer hold : transfers.values()) {
            if (hold.hold() == HoldStatus.PENDING && hold.expires() && hold.expiresAtMicros() <= nowMicros) {
                UUID id = hold.transfer().id();

                expiries.add(Expiry.of(id));
            }
        }
        transfer(expiries);
    }
}
