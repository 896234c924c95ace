package io.sluice.transactions.ledger;

import java.util.UUID;

/**
 * The transfers of one account in a span of time. The times of an account's transfers are unique and rise, so that the
 * time of the last row of a page is where the next page begins.
 *
 * @param fromMicros first time included, microseconds since 1970
 * @param toMicros last time included
 * @param limit most rows, 0 for all
 */
public record History(UUID account, long fromMicros, long toMicros, boolean newestFirst, int limit) {

    /** All of an account, oldest first. */
    public static History of(UUID account) {
        return new History(account, 0, Long.MAX_VALUE, false, 0);
    }
}
