package io.sluice.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;

/**
 * Pooled bytes on their way to the socket that say how far the socket has taken them. The network layers ask for many
 * buffers at a time; only this tells how many of them are really still in memory.
 */
final class Chunk extends UnpooledDirectByteBuf {

    /** Told about the way of a chunk, on whatever thread. */
    interface Listener {

        /** Somebody has it, to write it to the socket. */
        void claimed(int bytes);

        /** The socket has taken a part of it. */
        void progressed();

        /** It is gone, taken whole or thrown away. */
        void released(int bytes, boolean claimed);
    }

    private final ByteBuf memory;
    private final Listener listener;
    private volatile boolean claimed;

    private Chunk(ByteBufAllocator allocator, ByteBuf memory, Listener listener) {
        super(allocator, memory.nioBuffer(0, memory.capacity()), memory.capacity());
        this.memory = memory;
        this.listener = listener;
        writerIndex(memory.capacity());
    }

    static Chunk of(byte[] bytes, int length, ByteBufAllocator allocator, Listener listener) {
        ByteBuf memory = allocator.directBuffer(length, length);
        memory.writeBytes(bytes, 0, length);
        return new Chunk(allocator, memory, listener);
    }

    /** Whoever calls this writes it to the socket, or releases it. */
    Chunk claim() {
        claimed = true;
        listener.claimed(memory.capacity());
        return this;
    }

    /** Netty moves this as the socket takes bytes, which tells a slow reader of a large chunk from a dead one. */
    @Override
    public ByteBuf readerIndex(int index) {
        super.readerIndex(index);
        if (index > 0 && listener != null) {
            listener.progressed();
        }
        return this;
    }

    /** HTTP/2 takes a chunk in slices, as the client's window and the socket have room for them. */
    @Override
    public ByteBuf readRetainedSlice(int length) {
        ByteBuf slice = super.readRetainedSlice(length);
        listener.progressed();
        return slice;
    }

    @Override
    protected void deallocate() {
        int bytes = memory.capacity();
        super.deallocate();
        memory.release();
        listener.released(bytes, claimed);
    }
}
