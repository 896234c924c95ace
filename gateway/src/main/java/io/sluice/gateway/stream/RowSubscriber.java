package io.sluice.gateway.stream;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.sluice.routing.WireRows;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Between the rows of a statement and the buffers of a socket: what they become is up to {@link AnswerBuffers}, when
 * they go on is decided here.
 *
 * <p>Whatever goes downstream or upstream goes through {@link #drain}, which one thread runs at a time.
 */
final class RowSubscriber implements CoreSubscriber<Object>, Subscription {

    /** Buffers beyond that many bytes are not waited for: the source's bytes stay where they are. */
    private static final int WINDOW_BYTES = 256 * 1024;

    /** Rows that are asked for at a time; it is their bytes that are limited, by the tap. */
    private static final int ROWS = 512;

    private static final Object TOKEN = new Object();

    private final CoreSubscriber<? super Publisher<DataBuffer>> actual;
    private final Run run;
    private final StreamWatch watch;
    private final AnswerBuffers buffers;
    private final Outgoing outgoing;
    private final RowIntake intake;

    /** Buffers downstream that nobody has claimed yet; cancellation gives them back. */
    private final Queue<Group> handedOver = new ConcurrentLinkedQueue<>();

    private final AtomicInteger drains = new AtomicInteger();
    private final AtomicLong demand = new AtomicLong();
    private final AtomicLong rowsPending = new AtomicLong();

    private @Nullable Subscription upstream;

    private volatile boolean cancelled;
    private volatile boolean abandoned;

    /** From here on written by the drain only. */
    private long emitted;

    private boolean open = true;
    private boolean terminated;

    /** What becomes of the error is decided. */
    private boolean settled;

    /** An error that does not end the answer. */
    private boolean goesOn;

    RowSubscriber(CoreSubscriber<? super Publisher<DataBuffer>> actual, Run run) {
        this.actual = actual;
        this.run = run;
        this.watch = run.watch();
        this.outgoing = new Outgoing(watch, this::drain);
        this.buffers = new AnswerBuffers(run, () -> watch.begin(this::abandon, this::fail), outgoing);
        this.intake = new RowIntake(buffers, this);
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        actual.onSubscribe(this);
        if (run.begin() == Run.Begin.CONTINUED && !watch.begin(this::abandon, this::fail)) {
            refuse();
        }
    }

    /** The mapping function for rows that the driver hands out: their bytes are valid only in here. */
    Object append(Row row, RowMetadata metadata) {
        intake.row(row, metadata);
        return TOKEN;
    }

    /** Where rows go as they come over the wire. */
    WireRows wire() {
        return intake;
    }

    boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void onNext(Object token) {
        long pending = rowsPending.decrementAndGet();
        intake.arrived();
        if (pending <= ROWS / 2 || !buffers.isEmpty()) {
            drain();
        }
    }

    /** What is there goes out. */
    void flush() {
        buffers.flush();
        drain();
    }

    @Override
    public void onComplete() {
        try {
            buffers.complete();
        } catch (RuntimeException refusal) {
            onError(refusal);
            return;
        }
        drain();
    }

    @Override
    public void onError(Throwable error) {
        if (buffers.closed()) {
            Operators.onErrorDropped(error, currentContext());
            return;
        }
        fail(error);
    }

    /** There is no place for the answer. */
    void refuse() {
        fail(watch.refusal());
    }

    /** Ends the answer as broken. */
    void fail(Throwable error) {
        if (buffers.fail(error)) {
            drain();
        }
    }

    /** Ends an answer that nobody takes: nothing can be told any more. An error alone would wait behind what is there. */
    private void abandon(Throwable error) {
        abandoned = true;
        buffers.abandon(error);
        run.head().hangUp();
        drain();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            demand.accumulateAndGet(n, Operators::addCap);
            drain();
        }
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            watch.end();
            stop();
            drain();
        }
    }

    private void stop() {
        Subscription rows = upstream;
        if (rows != null) {
            rows.cancel();
        }
    }

    /** From any thread. */
    void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            turnTap();
            if (cancelled) {
                discardAll();
            } else if (!terminated) {
                emit();
                ask();
            }
            missed = drains.addAndGet(-missed);
        } while (missed != 0);
    }

    /** It is rows' bytes that are limited, not their number: nobody knows how wide the next ones are. */
    private void turnTap() {
        boolean wanted = cancelled || buffers.closed() || !isFull();
        if (wanted != open) {
            open = wanted;
            run.tap().open(wanted);
        }
    }

    private boolean isFull() {
        return outgoing.bytes() >= WINDOW_BYTES && outgoing.several();
    }

    private void emit() {
        boolean complete = buffers.closed();
        Throwable error = buffers.failure();
        if (complete && error != null && (abandoned || !settled)) {
            stop();
            if (abandoned || isUntouched()) {
                discardAll();
                end(error);
                return;
            }
            settled = true;
            goesOn = run.goesOn().test(error);
            buffers.settle(goesOn ? null : error);
        }
        while (!cancelled && emitted < demand.get()) {
            Group next = buffers.poll();
            if (next == null) {
                break;
            }
            emitted++;
            handedOver.removeIf(Group::claimed);
            handedOver.add(next);
            actual.onNext(next);
        }
        if (complete && buffers.isEmpty()) {
            finish(error);
        }
    }

    /** Whether the run may as well never have been: of a whole answer nothing was sent, of a rest there are no rows. */
    private boolean isUntouched() {
        return switch (run.begin()) {
            case FRESH -> emitted == 0;
            case CONTINUED -> emitted == 0 && buffers.withoutRows();
            case FAILED -> false;
        };
    }

    /** Whether the client has been told of an error, or cannot be told of any. */
    boolean told() {
        return (settled && !goesOn) || abandoned;
    }

    /** An error would overtake buffers in the queues below, so it waits until the socket has taken them. */
    private void finish(@Nullable Throwable error) {
        if (error == null) {
            terminated = true;
            // The client still has to take the rest, which the watch goes on to look after.
            watch.leave();
            actual.onComplete();
        } else if (goesOn) {
            end(new BrokenOffException(error));
        } else if (outgoing.bytes() == 0) {
            end(error);
        }
    }

    private void end(Throwable error) {
        terminated = true;
        watch.end();
        actual.onError(error);
    }

    private void ask() {
        Subscription rows = upstream;
        if (buffers.closed() || rows == null || emitted >= demand.get() || isFull()) {
            return;
        }
        long wanted = ROWS - rowsPending.get();
        if (wanted > 0) {
            rowsPending.addAndGet(wanted);
            rows.request(wanted);
        }
    }

    private void discardAll() {
        for (Group group = buffers.poll(); group != null; group = buffers.poll()) {
            group.discard();
        }
        for (Group group = handedOver.poll(); group != null; group = handedOver.poll()) {
            group.discard();
        }
    }
}
