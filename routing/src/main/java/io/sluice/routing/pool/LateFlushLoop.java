package io.sluice.routing.pool;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * An event loop whose sockets are flushed when the task at hand is over, and not within it, and have a {@link ReadGate}
 * and a {@link RowDiversion}.
 *
 * <p>Messages that belong together leave in one system call. And a write that fails does so outside the driver's own
 * loops: see {@link ConnectionLoop#signal}.
 */
final class LateFlushLoop implements LoopResources {

    /** Never flush early: what is too much for the socket's buffer is flushed when the channel stops being writable. */
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private final LoopResources loops;
    private final EventLoop loop;
    private final int statements;

    /**
     * All connections on {@code loop}, which is one of these.
     *
     * @param statements how many statements of batches a connection keeps prepared, at most
     */
    LateFlushLoop(LoopResources loops, EventLoop loop, int statements) {
        this.loops = loops;
        this.loop = loop;
        this.statements = statements;
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
        C channel = loops.onChannel(type, group);
        if (channel instanceof DuplexChannel) {
            RowDiversion rows = new RowDiversion(statements);
            channel.pipeline().addFirst(new FlushConsolidationHandler(NO_LIMIT, true), new ReadGate(rows), rows);
        }
        return channel;
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(Class<C> type, EventLoopGroup group) {
        return loops.onChannelClass(type, group);
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops.onServer(useNative);
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return loops.onServerSelect(useNative);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return loop;
    }

    @Override
    public boolean daemon() {
        return loops.daemon();
    }

    @Override
    public boolean isDisposed() {
        return loops.isDisposed();
    }

    @Override
    public void dispose() {
        loops.dispose();
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return loops.disposeLater(quietPeriod, timeout);
    }
}
