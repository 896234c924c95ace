package io.sluice.routing.testing;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    /** What was found, for whoever reads the build's result: the log says it somewhere in the middle. */
    private static final Path REPORT = Path.of("target", "leaks.txt");

    /** Frames that come in from a server, from the socket to the end of the mapping function: see {@link #isDrivers}. */
    private static final List<String> INCOMING = List.of(
            "io.r2dbc.postgresql.message.backend.DataRow.<init>",
            "LengthFieldBasedFrameDecoder",
            // An answer to a client of a test that had left.
            "io.netty.handler.codec.http.HttpClientCodec");

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        System.setProperty("io.netty.customResourceLeakDetector", CountingLeakDetector.class.getName());
        try {
            Files.deleteIfExists(REPORT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
            System.err.println(LEAKS + " kinds of leaked buffers, see " + REPORT.toAbsolutePath());
            Runtime.getRuntime().halt(EXIT_STATUS);
        }
    }

    /**
     * The driver drops what it could not send, on a connection that had died or for a caller that had left: its goodbye,
     * its requests, and values to bind, which it releases when it writes them and not otherwise (r2dbc-postgresql
     * 1.1.3). What comes in from the server is its own too, and what a connection still held back when it was closed is
     * not released either. So a buffer is the driver's where the nearest code above Netty that made it is the driver's.
     */
    static boolean isDrivers(String records) {
        if (INCOMING.stream().anyMatch(records::contains)) {
            return true;
        }
        String creation = records.substring(Math.max(records.lastIndexOf("Created at:"), 0));
        int driver = creation.indexOf("io.r2dbc.");
        int own = creation.indexOf("io.sluice.");
        return driver >= 0 && (own < 0 || driver < own);
    }

    private static synchronized void report(String records) {
        try {
            Files.writeString(REPORT, records + "\n\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            System.err.println("no report of the leak in " + REPORT + ": " + e);
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
            if (isDrivers(records)) {
                return;
            }
            LEAKS.incrementAndGet();
            report(records);
            super.reportTracedLeak(resourceType, records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            LEAKS.incrementAndGet();
            report(resourceType);
            super.reportUntracedLeak(resourceType);
        }
    }
}
