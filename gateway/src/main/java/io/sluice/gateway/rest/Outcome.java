package io.sluice.gateway.rest;

import io.r2dbc.spi.R2dbcTransientResourceException;
import io.sluice.gateway.execute.FrameValues;
import io.sluice.gateway.stream.RowStream;
import io.sluice.routing.consistency.ConsistencyToken;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What becomes known while a statement runs. One for each answer; a second try starts it anew. */
final class Outcome {

    private final RowStream rows;
    private final Consumer<FrameValues> check;
    private String node = "";
    private FrameValues frame = FrameValues.NONE;
    private @Nullable ConsistencyToken token;
    private @Nullable ConsistencyToken seen;
    private @Nullable Long guess;
    private boolean sessionRequired;
    private long countedUpTo = Long.MAX_VALUE;

    /** {@code check} throws what must not be: the statement is undone then. */
    Outcome(RowStream rows, Consumer<FrameValues> check) {
        this.rows = rows;
        this.check = check;
    }

    void node(String name) {
        node = name;
        frame = FrameValues.NONE;
    }

    /** The rows may show everything up to there; null where nobody knows. */
    void seen(@Nullable ConsistencyToken position) {
        if (position != null) {
            seen = seen == null ? position : seen.max(position);
        }
    }

    /** Up to where rows may have shown everything, on any of the servers they came from. */
    @Nullable
    ConsistencyToken seen() {
        return seen;
    }

    /** Nothing may be shown unless the settings of the request's transaction hold. */
    void requireSession() {
        sessionRequired = true;
    }

    /** Where more rows than that are counted there may be still more, and the guess says how many. */
    void countedUpTo(long rows) {
        countedUpTo = rows;
    }

    void frame(FrameValues values) {
        if (sessionRequired && !values.sessionMade()) {
            throw new R2dbcTransientResourceException("The transaction's settings could not be made");
        }
        Long counted = values.total();
        Long guessed = guess;
        frame = counted == null || guessed == null || counted <= countedUpTo
                ? values
                : values.withTotal(Math.max(counted, guessed));
        check.accept(frame);
    }

    void guess(long rows) {
        guess = rows;
    }

    /** How many rows there are in all, counted or guessed; null where nobody asked. */
    @Nullable
    Long total() {
        return frame.total() == null ? guess : frame.total();
    }

    void token(ConsistencyToken position) {
        token = position;
    }

    RowStream rows() {
        return rows;
    }

    String node() {
        return node;
    }

    FrameValues frame() {
        return frame;
    }

    @Nullable
    ConsistencyToken token() {
        return token;
    }
}
