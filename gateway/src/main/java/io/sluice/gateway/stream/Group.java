package io.sluice.gateway.stream;

import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** One buffer with a flush behind it. For one subscriber, who owns the buffer from its first request on. */
final class Group extends Mono<DataBuffer> {

    private static final NettyDataBufferFactory BUFFERS = new NettyDataBufferFactory(ByteBufAllocator.DEFAULT);

    private final AtomicReference<@Nullable Chunk> unclaimed;

    Group(Chunk buffer) {
        this.unclaimed = new AtomicReference<>(buffer);
    }

    @Override
    public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
        actual.onSubscribe(new Subscription() {

            @Override
            public void request(long n) {
                Chunk buffer = unclaimed.getAndSet(null);
                if (buffer != null) {
                    actual.onNext(BUFFERS.wrap(buffer.claim()));
                    actual.onComplete();
                }
            }

            @Override
            public void cancel() {
                discard();
            }
        });
    }

    boolean claimed() {
        return unclaimed.get() == null;
    }

    /** Releases the buffer unless somebody owns it. */
    void discard() {
        Chunk buffer = unclaimed.getAndSet(null);
        if (buffer != null) {
            buffer.release();
        }
    }
}
