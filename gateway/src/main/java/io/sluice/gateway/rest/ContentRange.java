package io.sluice.gateway.rest;

import io.sluice.gateway.query.Page;
import io.sluice.gateway.query.QueryErrors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/** {@code Range} of a request, {@code Content-Range} and status of its answer. */
final class ContentRange {

    private ContentRange() {}

    /** The page that a {@code Range} header asks for; everything where there is none or it is in another unit. */
    static Page requested(HttpHeaders headers) {
        String range = headers.getFirst(HttpHeaders.RANGE);
        if (range == null) {
            return Page.ALL;
        }
        String rows = range.startsWith("items=") ? range.substring("items=".length()) : range;
        int dash = rows.indexOf('-');
        if (dash < 0) {
            return Page.ALL;
        }
        try {
            long first = dash == 0 ? 0 : Long.parseLong(rows.substring(0, dash).trim());
            String end = rows.substring(dash + 1).trim();
            return end.isEmpty() ? new Page(first, null) : upTo(first, Long.parseLong(end));
        } catch (NumberFormatException e) {
            return Page.ALL;
        }
    }

    private static Page upTo(long first, long last) {
        if (last < first) {
            throw QueryErrors.unsatisfiableRange(
                    "The lower boundary must be lower than or equal to the upper boundary in the Range header.");
        }
        return new Page(first, last - first + 1);
    }

    /** {@code first-last/total}, a star for what is not known or not there. */
    static String of(long offset, long rows, @Nullable Long total) {
        String range = rows == 0 || (total != null && total == 0) ? "*" : offset + "-" + (offset + rows - 1);
        return range + "/" + (total == null ? "*" : total);
    }

    /** 200 for the whole, 206 for a part of it. */
    static HttpStatusCode status(long offset, long rows, @Nullable Long total) {
        return total == null || rows >= total ? HttpStatus.OK : HttpStatus.PARTIAL_CONTENT;
    }

    /** Refuses a page that begins behind the last row. */
    static void check(Page page, @Nullable Long total) {
        if (total != null && page.offset() > total) {
            throw QueryErrors.unsatisfiableRange(
                    "An offset of " + page.offset() + " was requested, but there are only " + total + " rows.");
        }
    }
}
