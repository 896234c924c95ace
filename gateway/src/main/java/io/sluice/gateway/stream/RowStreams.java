package io.sluice.gateway.stream;

import io.sluice.gateway.arrow.ArrowField;
import java.util.List;

/** Makes {@link RowStream}s that keep to the limits of this gateway. */
public final class RowStreams {

    private final StreamLimits limits;

    RowStreams(StreamLimits limits) {
        this.limits = limits;
    }

    /**
     * An answer to a read. Where it turns out to be long and its server has no place left for long ones, it fails before
     * anything was sent with an error that routing takes for a reason to ask another server, and clients see as 503.
     *
     * @param columns the names of the columns in their order; they make the header of a CSV answer without rows
     */
    public RowStream reading(RowFormat format, List<String> columns) {
        return reading(format, columns, Placement.NONE);
    }

    /** The same for rows that say where they stand: it is gone on with from another server where its own is lost. */
    public RowStream reading(RowFormat format, List<String> columns, Placement placement) {
        return new RowStream(format, columns, List.of(), limits, placement);
    }

    /** The same as an Arrow stream, whose {@code fields} make the schema of an answer without rows. */
    public RowStream arrow(List<ArrowField> fields, Placement placement) {
        return new RowStream(RowFormat.ARROW, List.of(), fields, limits, placement);
    }

    /** An answer to a write, which is never refused for its length: it was done by then. */
    public RowStream writing(RowFormat format, List<String> columns) {
        return new RowStream(format, columns, List.of(), limits.withoutShare(), Placement.NONE);
    }
}
