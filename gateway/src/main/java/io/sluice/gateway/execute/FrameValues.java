package io.sluice.gateway.execute;

import io.r2dbc.spi.Row;
import io.sluice.gateway.query.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What stood before the rows of an answer; a part that was not asked for is null.
 *
 * @param sessionMade whether the settings of the request's transaction were made
 */
public record FrameValues(
        @Nullable Long total,
        @Nullable Long inserted,
        @Nullable String key,
        @Nullable String headers,
        @Nullable String status,
        boolean sessionMade) {

    /** Nothing is known but the rows. */
    public static final FrameValues NONE = new FrameValues(null, null, null, null, null, true);

    static FrameValues of(Row row) {
        return new FrameValues(
                number(row, Frame.TOTAL),
                number(row, Frame.INSERTED),
                text(row, Frame.KEY),
                text(row, Frame.HEADERS),
                text(row, Frame.STATUS),
                Frame.SESSION_MADE.equals(text(row, Frame.SESSION)));
    }

    /** The same with another number of rows. */
    public FrameValues withTotal(long rows) {
        return new FrameValues(rows, inserted, key, headers, status, sessionMade);
    }

    private static @Nullable String text(Row row, Frame column) {
        return row.get(column.index(), String.class);
    }

    private static @Nullable Long number(Row row, Frame column) {
        String text = text(row, column);
        return text == null ? null : Long.valueOf(text);
    }
}
