package io.sluice.transactions.ledger;

/** The four counters of an account, in minor units. None is ever negative, and neither side's sum overflows. */
public record Balance(long debitsPending, long debitsPosted, long creditsPending, long creditsPosted) {

    public static final Balance ZERO = new Balance(0, 0, 0, 0);

    Balance plusDebit(long pending, long posted) {
        return new Balance(debitsPending + pending, debitsPosted + posted, creditsPending, creditsPosted);
    }

    Balance plusCredit(long pending, long posted) {
        return new Balance(debitsPending, debitsPosted, creditsPending + pending, creditsPosted + posted);
    }
}
