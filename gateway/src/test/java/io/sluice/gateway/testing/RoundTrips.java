package io.sluice.gateway.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Stands between the gateway and PostgreSQL, far away from both, and counts round trips: how often the gateway hears
 * something that it has asked for after it heard something else. Only connections count that have carried a mark.
 */
public final class RoundTrips implements AutoCloseable {

    /** What is sent in pieces within this time is one message. */
    private static final long DISTANCE_MILLIS = 50;

    private static final long QUIET_MILLIS = 4 * DISTANCE_MILLIS;

    private static final int END = 2_000;

    private final ServerSocket acceptor;
    private final int target;
    private final List<Link> links = new CopyOnWriteArrayList<>();

    public RoundTrips(int target) throws IOException {
        this.target = target;
        this.acceptor = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    public int port() {
        return acceptor.getLocalPort();
    }

    /** Round trips so far, on the connections on which {@code mark} was sent at any time. */
    public int on(String mark) {
        return links.stream()
                .filter(link -> link.sent.toString().contains(mark))
                .mapToInt(link -> link.trips)
                .sum();
    }

    /** Waits until nothing is on its way: the end of a transaction may come behind the answer. */
    public void awaitQuiet(String mark) {
        Eventually.eventually(() -> {
            int before = messages(mark);
            Link.pause(QUIET_MILLIS);
            if (messages(mark) != before) {
                throw new AssertionError("There is still something on the wire: " + lastSent(mark));
            }
        });
    }

    /** The end of what was sent on each of these connections: who did not keep quiet? */
    public String lastSent(String mark) {
        return links.stream()
                .map(link -> link.sent.toString())
                .filter(sent -> sent.contains(mark))
                .map(sent -> sent.substring(Math.max(sent.length() - END, 0)).replaceAll("\\p{Cntrl}+", " "))
                .collect(Collectors.joining("\n---\n"));
    }

    private int messages(String mark) {
        return links.stream()
                .filter(link -> link.sent.toString().contains(mark))
                .mapToInt(link -> link.messages)
                .sum();
    }

    private void accept() throws IOException {
        while (!acceptor.isClosed()) {
            Socket near = acceptor.accept();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Link link = new Link(near, far);
            links.add(link);
            daemon(link::forth);
            daemon(link::back);
        }
    }

    private static final class Link {

        private final Socket near;
        private final Socket far;
        private final StringBuffer sent = new StringBuffer();
        private volatile boolean answered = true;
        private volatile int trips;
        private volatile int messages;

        Link(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }

        void forth() throws IOException {
            copy(near.getInputStream(), far.getOutputStream(), true);
        }

        void back() throws IOException {
            copy(far.getInputStream(), near.getOutputStream(), false);
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread counts, and a late answer does not matter
        private void copy(InputStream in, OutputStream out, boolean forth) throws IOException {
            byte[] bytes = new byte[1 << 16];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (forth) {
                    sent.append(new String(bytes, 0, read, StandardCharsets.ISO_8859_1));
                    answered = false;
                }
                messages++;
                pause(DISTANCE_MILLIS);
                out.write(bytes, 0, read);
                if (!forth && !answered) {
                    answered = true;
                    trips++;
                }
            }
            near.close();
            far.close();
        }

        private static void pause(long millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // The connection is over.
                    }
                },
                "round-trips");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        acceptor.close();
    }
}
