package io.sluice.gateway.stream;

import io.sluice.gateway.error.Problem;
import io.sluice.gateway.text.Output;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way into buffers: writes them, cuts the buffers, and knows how the answer ended.
 *
 * <p>Rows come one after another, but a flush may run on another thread, and so may what ends an answer early. So all of
 * it is under a lock, which is nearly never contended; only whole buffers are taken without it.
 */
final class AnswerBuffers {

    private static final int BUFFER_BYTES = 32 * 1024;

    private final RowWriter writer;
    private final FirstBuffer first;
    private final AnswerHead head;
    private final BooleanSupplier place;
    private final Outgoing outgoing;
    private final long rowsBefore;
    private final Output out = new Output();

    /** Full buffers; as short as the window allows. */
    private final Queue<Group> ready = new ConcurrentLinkedQueue<>();

    /** How the answer is packed. */
    private @Nullable Packing packing;

    /** Whether a buffer was cut already: the answer will not be whole in one. */
    private volatile boolean begun;

    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    /** {@code place} is asked before the first buffer of an answer that is longer; where there is none, rows are refused. */
    AnswerBuffers(Run run, BooleanSupplier place, Outgoing outgoing) {
        this.writer = run.writer();
        this.first = run.first();
        this.head = run.head();
        this.place = place;
        this.outgoing = outgoing;
        this.rowsBefore = writer.rows();
        this.begun = run.begin() != Run.Begin.FRESH;
        this.packing = begun ? head.begin() : null;
    }

    /** Appends a row; false where the answer grows long and has no place. After the end nothing is appended. */
    synchronized boolean append(Cells row) {
        if (closed) {
            return true;
        }
        writer.next(row, out);
        if (out.length < (begun ? BUFFER_BYTES : first.bytes())) {
            return true;
        }
        boolean placed = begun || begin();
        if (placed) {
            push(false);
        }
        return placed;
    }

    /** Whether what is there may go out when the source pauses: not the beginning of an answer that may soon be whole. */
    boolean mayPause() {
        return begun || first.live();
    }

    boolean begun() {
        return begun;
    }

    /** A short answer that is only slow needs no place: without one its client waits for the end. */
    synchronized void flush() {
        if (closed) {
            return;
        }
        writer.pause(out);
        if (out.length > 0 && (begun || begin())) {
            push(false);
        }
    }

    private boolean begin() {
        if (!place.getAsBoolean()) {
            return false;
        }
        packing = head.begin();
        return true;
    }

    private void push(boolean last) {
        begun = true;
        Output bytes = packing == null ? out : packing.pack(out, last);
        if (bytes.length > 0) {
            ready.add(outgoing.group(bytes));
        }
        out.clear();
    }

    /** Appends what stands behind the last row; throws where the answer as a whole is refused. */
    synchronized void complete() {
        if (closed) {
            return;
        }
        writer.end(out);
        if (!begun && out.length > 0) {
            head.whole(out);
        }
        if (out.length > 0 || packing != null) {
            push(true);
        }
        closed = true;
    }

    /** Ends the answer as broken; false where it has ended before. */
    synchronized boolean fail(Throwable error) {
        boolean first = !closed;
        if (first) {
            abandon(error);
        }
        return first;
    }

    /** Ends it as broken though it may be written: nobody takes it. */
    synchronized void abandon(Throwable error) {
        failure = error;
        closed = true;
    }

    /** Pushes what is left of a broken answer, with a record of the error behind it unless it is gone on with. */
    synchronized void settle(@Nullable Throwable told) {
        if (told != null) {
            writer.error(Problem.of(told, false).body(), out);
        }
        if (out.length > 0) {
            push(false);
        }
    }

    /** Whether nothing more is written. */
    boolean closed() {
        return closed;
    }

    /** Why it broke; null where it did not. Known once it is closed. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Whether this run has added no row. */
    boolean withoutRows() {
        return writer.rows() == rowsBefore;
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    /** The next full buffer; for one thread at a time. */
    @Nullable
    Group poll() {
        return ready.poll();
    }
}
