package io.sluice.gateway.stream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.sluice.gateway.error.Problem;
import io.sluice.gateway.text.Output;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
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
 * Between the rows of a statement and the buffers of a socket.
 *
 * <p>Rows come one after another, but not always on the same thread: what the driver holds back it hands out on the
 * thread that asks for it. A flush runs on the thread where rows came last, perhaps while the next one comes on another.
 * So {@link #out} and what belongs to it is written under a lock, which is nearly never contended. Whatever goes
 * downstream or upstream goes through {@link #drain}, which one thread runs at a time.
 */
final class RowSubscriber implements CoreSubscriber<Object>, Subscription, Chunk.Listener {

    /** What the answer around the rows is told. Before the first byte, or at a stalled client's end. */
    interface Answer {

        /** The answer fits one buffer, and here it is. */
        void whole(Output out);

        /** The answer will not fit one buffer; how it is packed, null for not at all. The same in every run. */
        @Nullable
        Gzip begin();

        /** Nobody reads any more. */
        void hangUp();
    }

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int WINDOW_BYTES = 8 * BUFFER_BYTES;

    /** Rows that may be on their way here at a time, once their width is known. */
    private static final int ROWS_IN_FLIGHT_BYTES = 2 * BUFFER_BYTES;

    private static final int FIRST_ROWS = 32;

    /** What a live client waits for its first row at most, where more are coming. */
    private static final long FIRST_PAUSE_MILLIS = 20;

    private static final int MOST_ROWS = 512;
    private static final Object TOKEN = new Object();

    private final CoreSubscriber<? super Publisher<DataBuffer>> actual;
    private final Run run;
    private final RowWriter writer;
    private final FirstBuffer first;
    private final Answer answer;
    private final StreamWatch watch;
    private final Output out = new Output();

    /** Full buffers; as short as the window and the rows in flight allow. */
    private final Queue<Group> ready = new ConcurrentLinkedQueue<>();

    /** Buffers downstream that nobody has claimed yet; cancellation gives them back. */
    private final Queue<Group> handedOver = new ConcurrentLinkedQueue<>();

    private final AtomicInteger drains = new AtomicInteger();
    private final AtomicLong demand = new AtomicLong();
    private final AtomicLong rowsPending = new AtomicLong();

    /** Bytes that are in {@link #ready} or with the socket. */
    private final AtomicLong bytesOut = new AtomicLong();

    private @Nullable Subscription upstream;

    /** Also read outside the lock: a flush too many does no harm, and none is missed. */
    private volatile boolean flushScheduled;

    private final long rowsBefore;

    /** How the answer is packed; guarded by {@link #out}. */
    private @Nullable Gzip gzip;

    private long bytesWritten;

    /** Whether a buffer was cut already: the answer will not be whole in one. */
    private volatile boolean begun;

    /** Written by the drain only. */
    private long emitted;

    private boolean terminated;
    /** What becomes of the error is decided. */
    private boolean settled;

    /** An error that does not end the answer. */
    private boolean goesOn;

    private volatile int rowsAtATime = FIRST_ROWS;
    private volatile boolean cancelled;
    private volatile boolean done;
    private volatile boolean abandoned;
    private @Nullable Throwable failure;

    RowSubscriber(CoreSubscriber<? super Publisher<DataBuffer>> actual, Run run) {
        this.actual = actual;
        this.run = run;
        this.writer = run.writer();
        this.first = run.first();
        this.answer = run.answer();
        this.watch = run.watch();
        this.rowsBefore = writer.rows();
        this.begun = run.begin() != Run.Begin.FRESH;
        this.gzip = begun ? answer.begin() : null;
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
            fail(watch.refusal());
        }
    }

    /** The mapping function: the row's bytes are valid only in here. */
    Object append(Row row, RowMetadata metadata) {
        if (!cancelled && !done) {
            synchronized (out) {
                writer.next(row, out);
                if (out.length >= (begun ? BUFFER_BYTES : first.bytes())) {
                    cut();
                }
            }
            if (done) {
                drain();
            }
        }
        return TOKEN;
    }

    @Override
    public void onNext(Object token) {
        long pending = rowsPending.decrementAndGet();
        if (mayPause()) {
            scheduleFlush();
        }
        if (pending <= rowsAtATime / 2 || !ready.isEmpty()) {
            drain();
        }
    }

    /** Whether what is there goes out when the source pauses: not the beginning of an answer that may soon be whole. */
    private boolean mayPause() {
        return begun || first.live();
    }

    /** Runs after the rows that have already arrived: what is in the buffer then waits for nothing. */
    private void scheduleFlush() {
        if (flushScheduled) {
            return;
        }
        EventExecutor loop = ThreadExecutorMap.currentExecutor();
        if (loop == null) {
            flush();
        } else {
            flushScheduled = true;
            if (begun) {
                loop.execute(this::flush);
            } else {
                var unused = loop.schedule(this::flush, FIRST_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void flush() {
        flushScheduled = false;
        synchronized (out) {
            // A short answer that is only slow needs no place: without one its client waits for the end.
            if (out.length > 0 && !done && (begun || begin())) {
                push(false);
            }
        }
        drain();
    }

    /** Sends what is there, of an answer that goes on. Under the lock of {@link #out}. */
    private void cut() {
        if (begun || begin()) {
            push(false);
        } else {
            failure = watch.refusal();
            done = true;
            out.clear();
        }
    }

    /** Makes it a long answer, where there is a place for one. */
    private boolean begin() {
        if (!watch.begin(this::abandon, this::fail)) {
            return false;
        }
        gzip = answer.begin();
        return true;
    }

    private void push(boolean last) {
        int length = out.length;
        bytesWritten += length;
        long average = Math.max(1, bytesWritten / Math.max(1, writer.rows() - rowsBefore));
        rowsAtATime = (int) Math.max(1, Math.min(MOST_ROWS, ROWS_IN_FLIGHT_BYTES / average));
        begun = true;
        send(gzip == null ? out : gzip.pack(out, last));
        out.clear();
    }

    private void send(Output bytes) {
        if (bytes.length > 0) {
            bytesOut.addAndGet(bytes.length);
            ready.add(new Group(Chunk.of(bytes.bytes, bytes.length, ByteBufAllocator.DEFAULT, this)));
        }
    }

    @Override
    public void claimed(int bytes) {
        watch.sending(bytes);
    }

    @Override
    public void progressed() {
        watch.progressed();
    }

    @Override
    public void released(int bytes, boolean claimed) {
        if (claimed) {
            watch.sent(bytes);
        }
        bytesOut.addAndGet(-bytes);
        drain();
    }

    @Override
    public void onComplete() {
        if (done) {
            return;
        }
        try {
            synchronized (out) {
                writer.end(out);
                if (!begun && out.length > 0) {
                    answer.whole(out);
                }
                if (out.length > 0 || gzip != null) {
                    push(true);
                }
                done = true;
            }
        } catch (RuntimeException refusal) {
            onError(refusal);
            return;
        }
        drain();
    }

    @Override
    public void onError(Throwable error) {
        if (done) {
            Operators.onErrorDropped(error, currentContext());
            return;
        }
        fail(error);
    }

    /** Ends the answer as broken. */
    private void fail(Throwable error) {
        synchronized (out) {
            if (done) {
                return;
            }
            failure = error;
            done = true;
        }
        drain();
    }

    /** Ends an answer that nobody takes: nothing can be told any more. */
    private void abandon(Throwable error) {
        synchronized (out) {
            failure = error;
            done = true;
            abandoned = true;
        }
        answer.hangUp();
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

    private void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            if (cancelled) {
                discardAll();
            } else if (!terminated) {
                emit();
                ask();
            }
            missed = drains.addAndGet(-missed);
        } while (missed != 0);
    }

    private void emit() {
        boolean complete = done;
        Throwable error = failure;
        if (complete && error != null && (abandoned || !settled)) {
            stop();
            if (abandoned || isUntouched()) {
                discardAll();
                end(error);
                return;
            }
            settle(error);
        }
        while (!cancelled && emitted < demand.get()) {
            Group next = ready.poll();
            if (next == null) {
                break;
            }
            emitted++;
            handedOver.removeIf(Group::claimed);
            handedOver.add(next);
            actual.onNext(next);
        }
        if (complete && ready.isEmpty()) {
            finish(error);
        }
    }

    /** Whether the run may as well never have been: of a whole answer nothing was sent, of a rest there are no rows. */
    private boolean isUntouched() {
        return switch (run.begin()) {
            case FRESH -> emitted == 0;
            case CONTINUED -> emitted == 0 && writer.rows() == rowsBefore;
            case FAILED -> false;
        };
    }

    private void settle(Throwable error) {
        settled = true;
        goesOn = run.goesOn().test(error);
        synchronized (out) {
            if (!goesOn) {
                writer.error(Problem.of(error, false).body(), out);
            }
            if (out.length > 0) {
                push(false);
            }
        }
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
        } else if (bytesOut.get() == 0) {
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
        if (done || rows == null || emitted >= demand.get() || bytesOut.get() >= WINDOW_BYTES) {
            return;
        }
        long wanted = rowsAtATime - rowsPending.get();
        if (wanted > 0) {
            rowsPending.addAndGet(wanted);
            rows.request(wanted);
        }
    }

    private void discardAll() {
        discard(ready);
        discard(handedOver);
    }

    private static void discard(Queue<Group> groups) {
        for (Group group = groups.poll(); group != null; group = groups.poll()) {
            group.discard();
        }
    }
}
