package io.sluice.routing;

import static io.sluice.routing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.routing.observe.RoutingEvent;
import io.sluice.routing.topology.NodeAddress;
import io.sluice.routing.topology.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A host name that leads to another server, while the one that had it goes on answering. */
@PostgresTest(replicas = 1)
class MovedNameIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String NAME = "db.example";

    private TestDatabase database;
    private final AtomicInteger lookups = new AtomicInteger();
    private volatile String whereItLeads = "127.0.0.1";

    @Test
    void connectionsFollowTheName() throws IOException {
        NodeAddress primary = database.primary();
        try (Forwarder elsewhere = new Forwarder(
                "127.0.0.2", primary.port(), database.replicas().get(0).port())) {
            RoutingConnectionFactory factory = RoutingConnectionFactory.builder()
                    .node(new NodeAddress(
                            NAME, primary.port(), primary.database(), primary.user(), primary.password(), Map.of()))
                    .resolver(this::resolve)
                    .resolveInterval(Duration.ofMillis(500))
                    .build();
            List<RoutingEvent> events = new CopyOnWriteArrayList<>();
            factory.events().subscribe(events::add, error -> {});
            String node = NAME + ":" + primary.port();
            eventually("it is the primary", () -> node.equals(factory.state().primary()));
            assertThat(recovering(factory, node)).isEqualTo("false");

            // For the monitor's connection, for the pool's, and once to know where it is.
            eventually("it was looked up", () -> lookups.get() >= 3);
            whereItLeads = "127.0.0.2";
            eventually(
                    "it is a replica now",
                    () -> factory.state().nodes().get(0).state().role() == Role.REPLICA
                            && factory.state().nodes().get(0).state().usable());
            assertThat(recovering(factory, node)).isEqualTo("true");
            assertThat(factory.state().primary()).isNull();
            assertThat(events)
                    .filteredOn(RoutingEvent.NodeMoved.class::isInstance)
                    .containsExactly(new RoutingEvent.NodeMoved(node, "[/127.0.0.1]", "[/127.0.0.2]"));
            assertThat(elsewhere.connections()).isGreaterThanOrEqualTo(2);
            factory.close().block(LIMIT);
        }
    }

    private Mono<List<InetAddress>> resolve(String host) {
        return Mono.fromCallable(() -> List.of(InetAddress.getByName(whereItLeads)))
                .doOnNext(found -> lookups.incrementAndGet());
    }

    /** By a pinned connection: whatever the node is taken for. */
    private static String recovering(RoutingConnectionFactory factory, String node) {
        return factory.<String>read(connection -> Flux.from(connection
                                .createStatement("SELECT pg_is_in_recovery()::text")
                                .execute())
                        .flatMap(result -> result.map((row, metadata) -> row.get(0, String.class))))
                .contextWrite(Routing.node(node))
                .blockLast(LIMIT);
    }

    /** Another address of the same port, behind which another server answers. */
    private static final class Forwarder implements AutoCloseable {

        private final ServerSocket acceptor;
        private final int target;
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();

        Forwarder(String address, int port, int target) throws IOException {
            this.target = target;
            this.acceptor = new ServerSocket();
            acceptor.bind(new InetSocketAddress(literal(address), port));
            start(this::accept);
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = acceptor.accept();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    sockets.add(client);
                    sockets.add(server);
                    start(() -> copy(client, server));
                    start(() -> copy(server, client));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        }

        private static void copy(Socket from, Socket to) {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException closed) {
                // One side has left, and takes the other along.
            }
        }

        private static void start(Runnable work) {
            Thread thread = new Thread(work, "forwarder");
            thread.setDaemon(true);
            thread.start();
        }

        private static InetAddress literal(String address) {
            try {
                return InetAddress.getByName(address);
            } catch (UnknownHostException e) {
                throw new UncheckedIOException(e);
            }
        }

        int connections() {
            return sockets.size() / 2;
        }

        @Override
        public void close() throws IOException {
            acceptor.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
