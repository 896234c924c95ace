package io.sluice.gateway.stream;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.sluice.routing.WireColumn;
import io.sluice.routing.WireRows;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes rows into the buffers of an answer, whichever way they come. One after another. */
final class RowIntake implements WireRows {

    private final AnswerBuffers buffers;
    private final RowSubscriber subscriber;
    private final Pause pause;
    private final Cells cells = new Cells();

    RowIntake(AnswerBuffers buffers, RowSubscriber subscriber) {
        this.buffers = buffers;
        this.subscriber = subscriber;
        this.pause = new Pause(subscriber::flush);
    }

    /** A row of the driver's. Throws where it cannot be written. */
    void row(Row row, RowMetadata metadata) {
        if (!subscriber.isCancelled()) {
            append(cells.show(row, metadata));
        }
    }

    private void append(Cells row) {
        if (!buffers.append(row)) {
            subscriber.refuse();
        }
    }

    @Override
    public Set<Integer> binaryTypes(Map<String, String> parameters) {
        return BinaryText.types(parameters);
    }

    @Override
    public void columns(List<WireColumn> columns) {
        cells.columns(columns);
    }

    /** As they come over the wire nobody asks for rows one by one: it is the tap alone that holds them up. */
    @Override
    public void row(byte[] bytes, int from) {
        if (subscriber.isCancelled()) {
            return;
        }
        try {
            append(cells.show(bytes, from));
        } catch (RuntimeException e) {
            subscriber.fail(e);
        }
        if (!buffers.isEmpty()) {
            subscriber.drain();
        }
    }

    @Override
    public void arrived() {
        if (!subscriber.isCancelled() && buffers.mayPause()) {
            pause.row(buffers.begun());
        }
    }
}
