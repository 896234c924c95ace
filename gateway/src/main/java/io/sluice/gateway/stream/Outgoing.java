package io.sluice.gateway.stream;

import io.netty.buffer.ByteBufAllocator;
import io.sluice.gateway.text.Output;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes of one run that wait for the socket or are with it, and tells the watch how they fare. Thread-safe. */
final class Outgoing implements Chunk.Listener {

    private final StreamWatch watch;
    private final Runnable less;
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean several;
    private volatile boolean any;

    /** {@code less} is run whenever they have become fewer, on whatever thread. */
    Outgoing(StreamWatch watch, Runnable less) {
        this.watch = watch;
        this.less = less;
    }

    /** A copy of what was written, which counts until it is released. For one thread at a time. */
    Group group(Output out) {
        bytes.addAndGet(out.length);
        several = any;
        any = true;
        return new Group(Chunk.of(out.bytes, out.length, ByteBufAllocator.DEFAULT, this));
    }

    long bytes() {
        return bytes.get();
    }

    /** Whether there has been more than one: the head of an answer may wait for the second. */
    boolean several() {
        return several;
    }

    @Override
    public void claimed(int count) {
        watch.sending(count);
    }

    @Override
    public void progressed() {
        watch.progressed();
    }

    @Override
    public void released(int count, boolean claimed) {
        if (claimed) {
            watch.sent(count);
        }
        bytes.addAndGet(-count);
        less.run();
    }
}
