package io.sluice.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** One buffer with a flush behind it. Whoever subscribes first owns the buffer; nobody but {@link #discard} else does. */
final class Group extends Mono<DataBuffer> {

    private static final NettyDataBufferFactory BUFFERS = new NettyDataBufferFactory(ByteBufAllocator.DEFAULT);

    private final AtomicReference<@Nullable ByteBuf> unclaimed;

    Group(ByteBuf buffer) {
        this.unclaimed = new AtomicReference<>(buffer);
    }

    @Override
    public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
        ByteBuf buffer = unclaimed.getAndSet(null);
        if (buffer == null) {
            Operators.complete(actual);
        } else {
            actual.onSubscribe(Operators.scalarSubscription(actual, BUFFERS.wrap(buffer)));
        }
    }

    boolean claimed() {
        return unclaimed.get() == null;
    }

    /** Releases the buffer unless somebody owns it. */
    void discard() {
        ByteBuf buffer = unclaimed.getAndSet(null);
        if (buffer != null) {
            buffer.release();
        }
    }
}
