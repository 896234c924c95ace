package io.sluice.gateway.query;

/**
 * A page that begins behind a row and not behind a number of rows.
 *
 * @param all the plan without the beginning, to count its rows
 * @param page the plan with it
 */
public record KeysetPlan(ReadPlan all, ReadPlan page, Keyset keyset) {

    /** Most rows of the page. */
    public long limit() {
        Long limit = page.page().limit();
        return limit == null ? Long.MAX_VALUE : limit;
    }
}
