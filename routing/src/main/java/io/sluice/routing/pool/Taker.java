package io.sluice.routing.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Takes part in one conversation between the driver and the server, on the connection's loop. */
interface Taker {

    /** Whether messages of this type are shown to {@link #take}, whole. */
    boolean looksAt(byte type);

    /** Whether the driver does not get messages of this type, at which this looks. */
    boolean keeps(byte type);

    /** A message of the server: its type stands at {@code at}, its content from {@code from} to {@code to}. */
    void take(byte[] bytes, int at, int from, int to);

    /** Messages on their way to the server, which are released where others are returned. */
    ByteBuf outgoing(ByteBuf messages, ByteBufAllocator allocator);

    /** Whatever has come so far was handed over. */
    void arrived();
}
