package io.sluice.gateway.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayProcess;
import io.sluice.gateway.testing.LeavingClient;
import io.sluice.gateway.testing.RawConnection;
import io.sluice.gateway.testing.Shop;
import io.sluice.routing.embedded.EmbeddedCluster;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Sockets are closed while answers for others leave on the same event loops, and new clients come with the descriptors of
 * those that have left.
 */
class ClientsThatStayIntegrationTests {

    private static final String NDJSON = "application/x-ndjson";
    private static final int STAYING = 16;
    private static final int LEAVING = 6;
    private static final int VISITS = 100;
    private static final int ROWS = 500;

    /** So that the server is still sending when they leave. */
    private static final int AMPLE = 1 << 20;

    private static EmbeddedCluster cluster;
    private static GatewayProcess gateway;
    private static Scheduler threads;

    private final CountDownLatch over = new CountDownLatch(STAYING);
    private final AtomicInteger left = new AtomicInteger();

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().replicas(0).start();
        Shop.create(cluster.primary(), 50_000);
        gateway = GatewayProcess.start(cluster.primary().address(), "--sluice.pool.max-size=32");
        threads = Schedulers.newBoundedElastic(STAYING + LEAVING, STAYING + LEAVING, "client");
    }

    @AfterAll
    static void stop() {
        threads.dispose();
        gateway.close();
        cluster.close();
    }

    @Test
    @Timeout(180)
    void everyAnswerIsWholeWhileOthersLeaveInTheMidstOfTheirs() {
        Mono<Void> staying = Flux.range(0, STAYING)
                .flatMap(client -> Mono.fromRunnable(this::stay).subscribeOn(threads), STAYING)
                .then();
        Mono<Void> leaving = Flux.range(0, LEAVING)
                .flatMap(client -> Mono.fromRunnable(this::leave).subscribeOn(threads), LEAVING)
                .then();

        Mono.when(staying, leaving).block();

        assertThat(left).hasValueGreaterThan(VISITS);
    }

    private void stay() {
        try {
            for (int visit = 0; visit < VISITS; visit++) {
                try (RawConnection connection = new RawConnection(gateway.port())) {
                    readPoint(connection, visit + 1);
                    readStream(connection, visit);
                }
            }
        } finally {
            over.countDown();
        }
    }

    private static void readPoint(RawConnection connection, int id) {
        connection.send(RawConnection.request("GET", "/rest/v1/orders?select=item&id=eq." + id));
        assertThat(connection.answer().body()).isEqualTo("[{\"item\":\"item-" + id + "\"}]");
    }

    private static void readStream(RawConnection connection, int after) {
        String path = "/rest/v1/orders?select=id,item,created_at&order=id&limit=" + ROWS + "&id=gt." + after;
        RawConnection.Answer answer = connection
                .send(RawConnection.request("GET", path, "Accept", NDJSON))
                .answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().lines()).hasSize(ROWS);
    }

    private void leave() {
        while (over.getCount() > 0) {
            try (LeavingClient client = LeavingClient.get(gateway.port(), "/rest/v1/orders", NDJSON, AMPLE)) {
                client.read(100);
                left.incrementAndGet();
            }
        }
    }
}
