package io.sluice.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;

/**
 * Pooled bytes on their way to the socket that say when the socket has taken them. The network layers ask for many
 * buffers at a time; only this tells how many of them are really still in memory.
 */
final class Chunk extends UnpooledDirectByteBuf {

    private final ByteBuf memory;
    private final Runnable onRelease;

    private Chunk(ByteBufAllocator allocator, ByteBuf memory, Runnable onRelease) {
        super(allocator, memory.nioBuffer(0, memory.capacity()), memory.capacity());
        this.memory = memory;
        this.onRelease = onRelease;
        writerIndex(memory.capacity());
    }

    static Chunk of(byte[] bytes, int length, ByteBufAllocator allocator, Runnable onRelease) {
        ByteBuf memory = allocator.directBuffer(length, length);
        memory.writeBytes(bytes, 0, length);
        return new Chunk(allocator, memory, onRelease);
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        memory.release();
        onRelease.run();
    }
}
