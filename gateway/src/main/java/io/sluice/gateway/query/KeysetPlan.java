package io.sluice.gateway.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page that begins behind a row and not behind a number of rows.
 *
 * @param all the plan without the beginning, to count its rows
 * @param page the plan with it
 */
public record KeysetPlan(ReadPlan all, ReadPlan page, Keyset keyset) {

    /** How many values name the place of a row. */
    public int places() {
        return keyset.terms().size();
    }

    /** The rest of the page behind the row with these values, which is the {@code taken}th of it. */
    public KeysetPlan behind(List<@Nullable String> values, long taken) {
        Long limit = page.page().limit();
        Keyset from = new Keyset(keyset.terms(), values);
        ReadPlan rest = page.withCondition(new Predicate.Behind(from))
                .withPage(new Page(0, limit == null ? null : Math.max(0, limit - taken)));
        return new KeysetPlan(all, rest, from);
    }

    /** The text that names the place of the row with these values. */
    public String cursor(List<@Nullable String> values) {
        return Cursor.of(keyset.terms(), values);
    }

    /** Most rows of the page. */
    public long limit() {
        Long limit = page.page().limit();
        return limit == null ? Long.MAX_VALUE : limit;
    }
}
