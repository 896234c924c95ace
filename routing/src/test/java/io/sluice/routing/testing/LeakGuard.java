package io.sluice.routing.testing;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails the build where Netty found a buffer that nobody released: on its own it only logs that.
 *
 * <p>A listener cannot fail a test that has passed, so the JVM of the tests ends with a status that Maven reports.
 */
public final class LeakGuard implements LauncherSessionListener {

    private static final int EXIT_STATUS = 86;
    private static final int COLLECTIONS = 3;
    private static final long HANDOVER_MILLIS = 50;
    private static final AtomicInteger LEAKS = new AtomicInteger();

    /**
     * The driver drops what it could not send, on a connection that had died or for a caller that had left: its goodbye,
     * and values to bind, which it releases when it writes them and not otherwise (r2dbc-postgresql 1.1.3). What
     * comes in from the server is its own from the socket (where nothing else has a decoder of that kind) to the end of
     * the mapping function; what a connection still held back when it was closed is not released either.
     */
    private static final List<String> DRIVER_FAULTS = List.of(
            "io.r2dbc.postgresql.message.frontend.Terminate.encode",
            "io.r2dbc.postgresql.ExtendedFlowDelegate$ExtendedFlowOperator.close",
            "io.r2dbc.postgresql.codec.AbstractNumericCodec.doEncodeNumber",
            "io.r2dbc.postgresql.codec.StringCodec.lambda$doEncode",
            "io.r2dbc.postgresql.message.backend.DataRow.<init>",
            "LengthFieldBasedFrameDecoder");

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        System.setProperty("io.netty.customResourceLeakDetector", CountingLeakDetector.class.getName());
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            pause();
            // A leak is noticed at the next allocation after its buffer was collected.
            PooledByteBufAllocator.DEFAULT.buffer().release();
        }
        if (LEAKS.get() > 0) {
            System.err.println(LEAKS + " kinds of leaked buffers, see LEAK in the log above");
            Runtime.getRuntime().halt(EXIT_STATUS);
        }
    }

    /** The collector hands over what it found on a thread of its own. */
    private static void pause() {
        try {
            Thread.sleep(HANDOVER_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Netty makes one for each class of resources that it watches. */
    public static final class CountingLeakDetector<T> extends ResourceLeakDetector<T> {

        public CountingLeakDetector(Class<?> resourceType, int samplingInterval) {
            super(resourceType, samplingInterval);
        }

        /** Netty asks for this signature too, and never uses it. */
        public CountingLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
            this(resourceType, samplingInterval);
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            if (DRIVER_FAULTS.stream().anyMatch(records::contains)) {
                return;
            }
            LEAKS.incrementAndGet();
            super.reportTracedLeak(resourceType, records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            LEAKS.incrementAndGet();
            super.reportUntracedLeak(resourceType);
        }
    }
}
