package io.sluice.transactions.ledger;

/** As many accounts are watched as may be. Stackless: it is an answer. */
public final class TooManyWatchedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TooManyWatchedException(int wanted, int watched, int most) {
        super(
                "there is no place to watch " + wanted + " more: " + watched + " of at most " + most
                        + " accounts are watched",
                null,
                false,
                false);
    }
}
