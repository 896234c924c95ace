package io.sluice.transactions.ledger;

import static io.sluice.transactions.ledger.AccountOutcome.CODE_MUST_NOT_BE_ZERO;
import static io.sluice.transactions.ledger.AccountOutcome.CREATED;
import static io.sluice.transactions.ledger.AccountOutcome.CREDITS_PENDING_MUST_BE_ZERO;
import static io.sluice.transactions.ledger.AccountOutcome.CREDITS_POSTED_MUST_BE_ZERO;
import static io.sluice.transactions.ledger.AccountOutcome.DEBITS_PENDING_MUST_BE_ZERO;
import static io.sluice.transactions.ledger.AccountOutcome.DEBITS_POSTED_MUST_BE_ZERO;
import static io.sluice.transactions.ledger.AccountOutcome.EXISTS;
import static io.sluice.transactions.ledger.AccountOutcome.EXISTS_WITH_DIFFERENT_CODE;
import static io.sluice.transactions.ledger.AccountOutcome.EXISTS_WITH_DIFFERENT_FLAGS;
import static io.sluice.transactions.ledger.AccountOutcome.EXISTS_WITH_DIFFERENT_LEDGER;
import static io.sluice.transactions.ledger.AccountOutcome.EXISTS_WITH_DIFFERENT_USER_DATA_128;
import static io.sluice.transactions.ledger.AccountOutcome.EXISTS_WITH_DIFFERENT_USER_DATA_32;
import static io.sluice.transactions.ledger.AccountOutcome.EXISTS_WITH_DIFFERENT_USER_DATA_64;
import static io.sluice.transactions.ledger.AccountOutcome.FLAGS_ARE_MUTUALLY_EXCLUSIVE;
import static io.sluice.transactions.ledger.AccountOutcome.ID_MUST_NOT_BE_INT_MAX;
import static io.sluice.transactions.ledger.AccountOutcome.ID_MUST_NOT_BE_ZERO;
import static io.sluice.transactions.ledger.AccountOutcome.LEDGER_MUST_NOT_BE_ZERO;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decides the creation of accounts: a pure function, with the rules and the order of TigerBeetle's. */
public final class AccountEngine extends LinkedEvents<Account, AccountOutcome> {

    private final Map<UUID, Account> existing;
    private final long nowMicros;
    private final Map<UUID, Account> created = new LinkedHashMap<>();
    private @Nullable Map<UUID, Account> chain;

    private AccountEngine(Map<UUID, Account> existing, long nowMicros) {
        super(CREATED, AccountOutcome.LINKED_EVENT_FAILED, AccountOutcome.LINKED_EVENT_CHAIN_OPEN);
        this.existing = existing;
        this.nowMicros = nowMicros;
    }

    /** What was decided: an outcome for each request, in order, and the accounts that have to be written. */
    public record Creation(List<AccountOutcome> outcomes, List<Account> created) {}

    /**
     * Decides one request.
     *
     * @param existing every account that the request names and that exists
     * @param nowMicros server time: microseconds since 1970
     */
    public static Creation apply(Map<UUID, Account> existing, List<Account> requested, long nowMicros) {
        AccountEngine engine = new AccountEngine(new HashMap<>(existing), nowMicros);
        List<AccountOutcome> outcomes = engine.run(requested);
        return new Creation(outcomes, List.copyOf(engine.created.values()));
    }

    @Override
    boolean linked(Account account) {
        return account.has(AccountFlag.LINKED);
    }

    @Override
    AccountOutcome decide(Account account, int index) {
        if (account.id().equals(Transfer.NIL)) {
            return ID_MUST_NOT_BE_ZERO;
        }
        if (account.id().equals(Transfer.ALL_ONES)) {
            return ID_MUST_NOT_BE_INT_MAX;
        }
        Account taken = find(account.id());
        if (taken != null) {
            return compare(account, taken);
        }
        if (account.has(AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS)
                && account.has(AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS)) {
            return FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        }
        AccountOutcome counters = checkCounters(account.balance());
        if (counters != null) {
            return counters;
        }
        if (account.ledger() == 0) {
            return LEDGER_MUST_NOT_BE_ZERO;
        }
        if (account.code() == 0) {
            return CODE_MUST_NOT_BE_ZERO;
        }
        (chain == null ? created : chain).put(account.id(), account.createdAt(nowMicros + index));
        return CREATED;
    }

    private @Nullable Account find(UUID id) {
        Account inChain = chain == null ? null : chain.get(id);
        if (inChain != null) {
            return inChain;
        }
        Account before = created.get(id);
        return before == null ? existing.get(id) : before;
    }

    private static @Nullable AccountOutcome checkCounters(Balance balance) {
        if (balance.debitsPending() != 0) {
            return DEBITS_PENDING_MUST_BE_ZERO;
        }
        if (balance.debitsPosted() != 0) {
            return DEBITS_POSTED_MUST_BE_ZERO;
        }
        if (balance.creditsPending() != 0) {
            return CREDITS_PENDING_MUST_BE_ZERO;
        }
        return balance.creditsPosted() != 0 ? CREDITS_POSTED_MUST_BE_ZERO : null;
    }

    private static AccountOutcome compare(Account repeat, Account taken) {
        if (repeat.flags() != taken.flags()) {
            return EXISTS_WITH_DIFFERENT_FLAGS;
        }
        if (!repeat.userData().u128().equals(taken.userData().u128())) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        }
        if (repeat.userData().u64() != taken.userData().u64()) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        }
        if (repeat.userData().u32() != taken.userData().u32()) {
            return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        }
        if (repeat.ledger() != taken.ledger()) {
            return EXISTS_WITH_DIFFERENT_LEDGER;
        }
        return repeat.code() == taken.code() ? EXISTS : EXISTS_WITH_DIFFERENT_CODE;
    }

    @Override
    void chainBegins() {
        chain = new LinkedHashMap<>();
    }

    @Override
    void chainHolds() {
        if (chain != null) {
            created.putAll(chain);
        }
        chain = null;
    }

    @Override
    void chainBreaks() {
        chain = null;
    }

    @Override
    void refused(Account account, int index, AccountOutcome outcome) {
        // No refusal of an account depends on the state of the ledger: none burns the id.
    }
}
