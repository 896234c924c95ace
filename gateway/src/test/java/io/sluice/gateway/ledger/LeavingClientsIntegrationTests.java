package io.sluice.gateway.ledger;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that reset their connection at any point: money stays, answers are true, no session is left behind. */
@PostgresTest
class LeavingClientsIntegrationTests {

    private static final int CLIENTS = 12;

    private static TestDatabase database;
    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start() {
        gateway = GatewayUnderTest.start(database.primary(), database.replicas(), "--sluice.pool.max-size=3");
        http = new Http(gateway.url());
        eventually(() -> assertThat(http.get("/ledger/v1/accounts?id=in.()").statusCode())
                .isEqualTo(200));
        // Makes COMMIT slow for transfers of 13, so that it can be left.
        database.execute("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.amount = 13 THEN"
                + " PERFORM pg_sleep(0.4); END IF; RETURN NULL; END $$;"
                + " CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON sluice_ledger.transfers DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION slow()");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({
        "single, AT_ONCE",
        "single, WAITING_FOR_A_LOCK",
        "single, IN_COMMIT",
        "single, AFTER",
        "batch, AT_ONCE",
        "batch, WAITING_FOR_A_LOCK",
        "batch, IN_COMMIT",
        "batch, AFTER",
        "stream, AT_ONCE",
        "stream, WAITING_FOR_A_LOCK",
        "stream, IN_COMMIT",
        "stream, AFTER"
    })
    void clientThatLeavesChangesNothingButWhoKnows(String form, Point point) throws Exception {
        String[] accounts = accounts();
        List<List<String>> transfers = new ArrayList<>();
        Thread locker = point == Point.WAITING_FOR_A_LOCK ? lock(accounts[0]) : null;
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            List<String> sent = transfers(form, accounts, point == Point.IN_COMMIT ? 13 : 1);
            transfers.add(sent);
            clients.add(send(form, sent));
        }
        point.pause();
        for (Socket client : clients) {
            client.setSoLinger(true, 0);
            client.close();
        }
        if (locker != null) {
            locker.join();
        }
        noSessionIsLeftInATransaction();
        // Sent again each tells the truth, and is in the ledger once.
        for (List<String> sent : transfers) {
            HttpResponse<String> again = http.post("/ledger/v1/transfers", "[" + String.join(",", sent) + "]");
            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
            assertThat(again.body()).doesNotContain("different", "failed", "exceeds");
        }
        int count = transfers.stream().mapToInt(List::size).sum();
        assertThat(database.value(
                        "SELECT count(*) FROM sluice_ledger.transfers WHERE debit_account_id = '" + accounts[0] + "'"))
                .isEqualTo(Integer.toString(count));
        assertThat(database.value("SELECT debits_posted - (SELECT sum(amount) FROM sluice_ledger.transfers WHERE"
                        + " debit_account_id = a.id) FROM sluice_ledger.accounts a WHERE id = '" + accounts[0] + "'"))
                .isEqualTo("0");
        noSessionIsLeftInATransaction();
    }

    /** Where clients leave. The pauses only aim: whatever they hit, the same must hold. */
    enum Point {
        AT_ONCE(0),
        WAITING_FOR_A_LOCK(150),
        IN_COMMIT(250),
        AFTER(1_500);

        private final long millis;

        Point(long millis) {
            this.millis = millis;
        }

        void pause() throws InterruptedException {
            Thread.sleep(millis);
        }
    }

    private static Thread lock(String account) throws InterruptedException {
        Thread locker = new Thread(() -> database.execute("BEGIN; SELECT 1 FROM sluice_ledger.accounts WHERE id = '"
                + account + "' FOR UPDATE; SELECT pg_sleep(0.7); COMMIT"));
        locker.start();
        Thread.sleep(100);
        return locker;
    }

    private static List<String> transfers(String form, String[] accounts, int amount) {
        List<String> transfers = new ArrayList<>();
        for (int i = form.equals("single") ? 1 : 5; i > 0; i--) {
            transfers.add("{\"id\":\"" + UUID.randomUUID() + "\",\"debit_account_id\":\"" + accounts[0]
                    + "\",\"credit_account_id\":\"" + accounts[1] + "\",\"amount\":" + (i == 1 ? amount : 1)
                    + ",\"ledger\":1,\"code\":1}");
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

    private static void noSessionIsLeftInATransaction() {
        eventually(() -> assertThat(database.value("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND state LIKE 'idle in transaction%'"))
                .isEqualTo("0"));
    }
}
