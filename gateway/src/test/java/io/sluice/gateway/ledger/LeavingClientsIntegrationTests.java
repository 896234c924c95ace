package io.sluice.gateway.ledger;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.RoutingState.NodeReport;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.transactions.ledger.Ledger;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Clients that reset their connection at every point on the way of a transfer, seen to be there and not guessed by time:
 * money stays, a later GET agrees with the rows, no session and no connection is left behind.
 */
@PostgresTest
class LeavingClientsIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CLIENTS = 8;
    private static final int POOL = 3;

    private static TestDatabase database;
    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start() {
        gateway = GatewayUnderTest.start(database.primary(), database.replicas(), "--sluice.pool.max-size=" + POOL);
        http = new Http(gateway.url());
        eventually(() -> assertThat(http.get("/ledger/v1/accounts?id=in.()").statusCode())
                .isEqualTo(200));
        // A transfer stays in one of its three places for as long as there is a row with the place's name.
        database.execute("""
                CREATE TABLE shut (place text);
                CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  WHILE EXISTS (SELECT FROM shut WHERE place = TG_ARGV[0]) LOOP PERFORM pg_sleep(0.01); END LOOP;
                  RETURN NEW; END $$;
                CREATE TRIGGER statement BEFORE INSERT ON sluice_ledger.transfers
                  FOR EACH ROW EXECUTE FUNCTION wait_here('IN_A_STATEMENT');
                CREATE TRIGGER written AFTER INSERT ON sluice_ledger.transfers
                  FOR EACH STATEMENT EXECUTE FUNCTION wait_here('BEFORE_COMMIT');
                CREATE CONSTRAINT TRIGGER commit AFTER INSERT ON sluice_ledger.transfers DEFERRABLE INITIALLY DEFERRED
                  FOR EACH ROW EXECUTE FUNCTION wait_here('IN_COMMIT')""");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Where clients leave. */
    enum Point {
        AT_ONCE,
        WAITING_FOR_THE_POOL,
        WAITING_FOR_A_LOCK,
        IN_A_STATEMENT,
        BEFORE_COMMIT,
        IN_COMMIT,
        AFTER
    }

    static Stream<Arguments> matrix() {
        return Stream.of("single", "batch", "stream")
                .flatMap(form -> Stream.of(Point.values()).map(point -> Arguments.of(form, point)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("matrix")
    void clientThatLeavesChangesNothingButWhoKnows(String form, Point point) throws Exception {
        String[] accounts = accounts();
        List<List<String>> sent = new ArrayList<>();
        List<Socket> clients = new ArrayList<>();
        Obstacle obstacle = obstacle(point, accounts[0]);
        try {
            for (int i = 0; i < CLIENTS; i++) {
                sent.add(transfers(form, accounts));
                clients.add(send(form, sent.get(i)));
            }
            eventually(LIMIT, () -> isThere(point, accounts[0], sent));
            for (Socket client : clients) {
                client.setSoLinger(true, 0);
                client.close();
            }
        } finally {
            obstacle.remove();
        }
        nothingIsLeftBehind();
        aLaterReadAgreesWithTheRows(accounts[0]);
        sentAgainEachTellsTheTruth(sent, accounts[0]);
        everyConnectionIsBack();
    }

    private interface Obstacle {
        void remove();
    }

    private static Obstacle obstacle(Point point, String account) {
        return switch (point) {
            case AT_ONCE, AFTER -> () -> {};
            case WAITING_FOR_THE_POOL -> takeThePool();
            case WAITING_FOR_A_LOCK -> lock(account);
            case IN_A_STATEMENT, BEFORE_COMMIT, IN_COMMIT -> {
                database.execute("INSERT INTO shut VALUES ('" + point + "')");
                yield () -> database.execute("DELETE FROM shut");
            }
        };
    }

    private static Obstacle takeThePool() {
        RoutingConnectionFactory connections = gateway.bean(RoutingConnectionFactory.class);
        List<Connection> taken = new ArrayList<>();
        for (int i = 0; i < POOL; i++) {
            taken.add(Mono.from(connections.create()).block(LIMIT));
        }
        return () -> Flux.fromIterable(taken).flatMap(Connection::close).blockLast(LIMIT);
    }

    private static Obstacle lock(String account) {
        RoutingConnectionFactory own =
                RoutingConnectionFactory.builder().node(database.primary()).build();
        Connection connection = Mono.from(own.create()).block(LIMIT);
        Mono.from(connection.beginTransaction())
                .then(Mono.from(connection
                        .createStatement("SELECT 1 FROM sluice_ledger.accounts WHERE id = '" + account + "' FOR UPDATE")
                        .execute()))
                .flatMap(result -> Mono.from(result.getRowsUpdated()))
                .block(LIMIT);
        return () -> Mono.from(connection.rollbackTransaction())
                .then(Mono.from(connection.close()))
                .then(own.close())
                .block(LIMIT);
    }

    private static void isThere(Point point, String account, List<List<String>> sent) {
        switch (point) {
            case AT_ONCE -> {}
            case WAITING_FOR_THE_POOL ->
                assertThat(primaryPool().pool().pending()).isPositive();
            case WAITING_FOR_A_LOCK ->
                assertThat(sessions("wait_event_type = 'Lock'")).isNotEqualTo("0");
            case IN_A_STATEMENT, BEFORE_COMMIT, IN_COMMIT ->
                assertThat(sessions("wait_event = 'PgSleep'")).isNotEqualTo("0");
            case AFTER ->
                assertThat(rowsOf(account))
                        .isEqualTo(Integer.toString(
                                sent.stream().mapToInt(List::size).sum()));
        }
    }

    private static NodeReport primaryPool() {
        var state = gateway.bean(RoutingConnectionFactory.class).state();
        return state.nodes().stream()
                .filter(report -> report.state().node().equals(state.primary()))
                .findFirst()
                .orElseThrow();
    }

    private static String sessions(String condition) {
        return String.valueOf(database.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND " + condition));
    }

    private static String rowsOf(String account) {
        return String.valueOf(database.value("SELECT count(*) FROM sluice_ledger.transfers WHERE debit_account_id = '"
                + account + "' AND refusal IS NULL"));
    }

    /** The pool has all its connections, and a second later no transaction of before is open. */
    private static void nothingIsLeftBehind() {
        everyConnectionIsBack();
        String released = database.value("SELECT now()");
        eventually(LIMIT, () -> assertThat(
                        database.value("SELECT now() > timestamptz '" + released + "' + interval '1 second'"))
                .isEqualTo("t"));
        assertThat(sessions("state LIKE 'idle in transaction%' AND xact_start < '" + released + "'"))
                .isEqualTo("0");
    }

    private static void everyConnectionIsBack() {
        eventually(LIMIT, () -> {
            assertThat(gateway.bean(Ledger.class).waiting()).isZero();
            assertThat(primaryPool().pool().acquired()).isZero();
            assertThat(primaryPool().pool().pending()).isZero();
        });
    }

    private static void aLaterReadAgreesWithTheRows(String account) {
        String history = http.get("/ledger/v1/transfers?limit=1000&account_id=eq." + account)
                .body();
        assertThat(history.split("\"id\"", -1).length - 1).isEqualTo(Integer.parseInt(rowsOf(account)));
    }

    private static void sentAgainEachTellsTheTruth(List<List<String>> sent, String account) {
        for (List<String> transfers : sent) {
            HttpResponse<String> again = http.post("/ledger/v1/transfers", "[" + String.join(",", transfers) + "]");
            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
            assertThat(again.body().split("\"created\"|\"exists\"", -1)).hasSize(transfers.size() + 1);
        }
        int count = sent.stream().mapToInt(List::size).sum();
        assertThat(rowsOf(account)).isEqualTo(Integer.toString(count));
        assertThat(database.value("SELECT debits_posted FROM sluice_ledger.accounts WHERE id = '" + account + "'"))
                .isEqualTo(Integer.toString(count));
        assertThat(database.value("SELECT sum(debits_posted) - sum(credits_posted) FROM sluice_ledger.accounts"))
                .isEqualTo("0");
    }

    private static List<String> transfers(String form, String[] accounts) {
        List<String> transfers = new ArrayList<>();
        for (int i = form.equals("single") ? 1 : 5; i > 0; i--) {
            transfers.add("{\"id\":\"" + UUID.randomUUID() + "\",\"debit_account_id\":\"" + accounts[0]
                    + "\",\"credit_account_id\":\"" + accounts[1] + "\",\"amount\":1,\"ledger\":1,\"code\":1}");
        }
        return transfers;
    }

    private static Socket send(String form, List<String> transfers) throws IOException {
        boolean lines = form.equals("stream");
        String body =
                switch (form) {
                    case "single" -> transfers.get(0);
                    case "batch" -> transfers.stream().collect(Collectors.joining(",", "[", "]"));
                    default -> String.join("\n", transfers) + "\n";
                };
        Socket socket = new Socket("127.0.0.1", gateway.port());
        // A stream is left open: its end has not come when the client goes.
        int length = body.length() + (lines ? 1_000 : 0);
        socket.getOutputStream()
                .write(("POST /ledger/v1/transfers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/"
                                + (lines ? "x-ndjson" : "json") + "\r\nContent-Length: " + length + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String[] accounts() {
        String[] ids = {UUID.randomUUID().toString(), UUID.randomUUID().toString()};
        http.post(
                "/ledger/v1/accounts",
                "[{\"id\":\"" + ids[0] + "\",\"ledger\":1,\"code\":1},{\"id\":\"" + ids[1]
                        + "\",\"ledger\":1,\"code\":1}]");
        return ids;
    }
}
