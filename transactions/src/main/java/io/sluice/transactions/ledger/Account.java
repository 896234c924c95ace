package io.sluice.transactions.ledger;

import java.util.UUID;

/**
 * An account as it stands. A request to create one has zero counters and timestamps.
 *
 * @param ledger the kind of money, 1 to 4,294,967,295
 * @param code the caller's kind of account, 1 to 65,535
 * @param flags bits of {@link AccountFlag}
 * @param timestampMicros when it was created: microseconds since 1970, server time
 * @param changedMicros when a transfer last touched it; each change has a later time than the one before
 */
public record Account(
        UUID id,
        Balance balance,
        UserData userData,
        long ledger,
        int code,
        int flags,
        long timestampMicros,
        long changedMicros) {

    /** A request to create an account. */
    public static Account create(UUID id, UserData userData, long ledger, int code, int flags) {
        return new Account(id, Balance.ZERO, userData, ledger, code, flags, 0, 0);
    }

    public boolean has(AccountFlag flag) {
        return (flags & flag.bit()) != 0;
    }

    Account createdAt(long micros) {
        return new Account(id, balance, userData, ledger, code, flags, micros, micros);
    }

    Account withBalance(Balance balance) {
        return new Account(id, balance, userData, ledger, code, flags, timestampMicros, changedMicros);
    }

    Account changed(Balance balance, boolean closed, long micros) {
        int bits = closed ? flags | AccountFlag.CLOSED.bit() : flags & ~AccountFlag.CLOSED.bit();
        return new Account(id, balance, userData, ledger, code, bits, timestampMicros, micros);
    }

    boolean debitsWouldExceedCredits(long amount) {
        return has(AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS)
                && balance.debitsPending() + balance.debitsPosted() + amount > balance.creditsPosted();
    }

    boolean creditsWouldExceedDebits(long amount) {
        return has(AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS)
                && balance.creditsPending() + balance.creditsPosted() + amount > balance.debitsPosted();
    }
}
