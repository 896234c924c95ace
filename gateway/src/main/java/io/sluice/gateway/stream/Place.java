package io.sluice.gateway.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an answer has come.
 *
 * @param values what the last row is ordered by, in PostgreSQL's text form
 * @param rows how many rows have been written, that one included
 */
public record Place(List<@Nullable String> values, long rows) {

    public Place {
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }
}
