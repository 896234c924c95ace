package io.sluice.routing.pool;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Stops a socket from being read, so that bytes wait in the kernels and not here.
 *
 * <p>The driver asks its socket for 256 messages at a time, of whatever size (r2dbc-postgresql 1.1.3), and the socket
 * is read by itself for as long as it wants some. Only from below can bytes be counted instead of messages.
 */
final class ReadGate extends ChannelDuplexHandler {

    /** The gate of the socket whose bytes are being handled, until its connection is known. */
    private static final FastThreadLocal<@Nullable ReadGate> HANDLING = new FastThreadLocal<>();

    private final RowDiversion rows;
    private volatile @Nullable ChannelHandlerContext context;
    private volatile boolean shut;
    private volatile boolean claimed;

    /** Reading was wanted while the gate was shut. On the loop only. */
    private boolean withheld;

    ReadGate(RowDiversion rows) {
        this.rows = rows;
    }

    /** Where the rows of the same socket may go. */
    RowDiversion rows() {
        return rows;
    }

    /** The gate of the socket by which a new connection has just become ready, on the thread where it has. */
    static ReadGate claim() {
        ReadGate gate = HANDLING.get();
        if (gate == null) {
            return new ReadGate(new RowDiversion(0));
        }
        gate.claimed = true;
        return gate;
    }

    /** Opens or shuts it, from any thread; of several calls the last one counts. One read may still come after it. */
    void open(boolean open) {
        ChannelHandlerContext known = context;
        if (shut != open || known == null) {
            return;
        }
        shut = !open;
        if (known.executor().inEventLoop()) {
            apply(known);
        } else {
            try {
                known.executor().execute(() -> apply(known));
            } catch (RejectedExecutionException stopped) {
                // Nothing is read any more.
            }
        }
    }

    private void apply(ChannelHandlerContext known) {
        ChannelConfig config = known.channel().config();
        if (shut) {
            withheld |= config.isAutoRead();
            config.setAutoRead(false);
        } else if (withheld) {
            withheld = false;
            config.setAutoRead(true);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void read(ChannelHandlerContext reading) {
        if (shut) {
            apply(reading);
            withheld = true;
        } else {
            reading.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object bytes) {
        if (claimed) {
            reading.fireChannelRead(bytes);
            return;
        }
        HANDLING.set(this);
        try {
            reading.fireChannelRead(bytes);
        } finally {
            HANDLING.remove();
        }
    }
}
