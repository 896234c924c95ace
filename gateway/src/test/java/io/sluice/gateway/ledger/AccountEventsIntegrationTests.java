package io.sluice.gateway.ledger;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import io.sluice.transactions.ledger.AccountWatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("containers")
@PostgresTest
class AccountEventsIntegrationTests {

    private static final String EVENTS = "text/event-stream";
    private static final String TOKEN = "Sluice-Consistency-Token";

    private static TestDatabase database;
    private static GatewayUnderTest gateway;
    private static Http http;

    private final List<BufferedReader> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        gateway = GatewayUnderTest.start(database.primary(), database.replicas(), "--sluice.ledger.watch-max=3");
        http = new Http(gateway.url());
    }

    /** Streams without an end would otherwise hold up the shutdown until it no longer waits for anybody. */
    @AfterAll
    static void aGatewayThatStopsEndsItsStreams() throws IOException {
        BufferedReader stream = reader(http.open("/ledger/v1/accounts/" + accounts()[0], "Accept", EVENTS));
        event(stream);
        gateway.close();
        assertThat(stream.lines().toList())
                .as("no more than the end of the event")
                .containsExactly("");
    }

    @AfterEach
    void leave() throws IOException {
        for (BufferedReader stream : open) {
            stream.close();
        }
        eventually(() -> assertThat(gateway.bean(AccountWatch.class).watched())
                .as("places are given back")
                .isZero());
    }

    @Test
    void anAccountIsToldAsItIsAndAgainWhenItHasChanged() throws IOException {
        String[] accounts = accounts();
        BufferedReader stream = open("/ledger/v1/accounts/" + accounts[0]);
        assertThat(event(stream)[1]).contains(accounts[0], "\"debits_posted\":0");

        move(accounts[0], accounts[1], 5);
        String[] changed = event(stream);

        assertThat(changed[1])
                .isEqualTo(http.get("/ledger/v1/accounts/" + accounts[0]).body())
                .contains("\"debits_posted\":5");
        assertThat(http.get("/ledger/v1/accounts/" + accounts[0], TOKEN, changed[0])
                        .body())
                .as("read from a replica with the event's id as the token")
                .isEqualTo(changed[1]);
    }

    @Test
    void severalAccountsComeInOneStreamAndOneThatIsCreatedLaterToo() throws IOException {
        String[] accounts = accounts();
        String late = UUID.randomUUID().toString();
        BufferedReader stream =
                open("/ledger/v1/accounts?id=in.(" + accounts[0] + "," + accounts[1] + "," + late + ")");
        assertThat(event(stream)[1] + event(stream)[1]).contains(accounts[0], accounts[1]);

        create(late);
        assertThat(event(stream)[1]).contains(late);
        move(accounts[0], late, 3);
        assertThat(event(stream)[1] + event(stream)[1]).contains(accounts[0], late, "\"credits_posted\":3");
    }

    @Test
    void aStreamOfNothingYetIsHeard() throws IOException {
        String late = UUID.randomUUID().toString();
        BufferedReader stream = open("/ledger/v1/accounts?id=eq." + late);
        assertThat(stream.readLine()).isEqualTo(":");
        assertThat(stream.readLine()).isEmpty();

        create(late);
        assertThat(event(stream)[1]).contains(late);
    }

    @Test
    void whatCannotBeWatchedIsRefusedBeforeTheStreamBegins() {
        String nobody = UUID.randomUUID().toString();
        String[] accounts = accounts();

        assertThat(refusal("/ledger/v1/accounts/" + nobody)).isEqualTo("404 SLUICE606");
        assertThat(refusal("/ledger/v1/accounts/" + accounts[0] + "?at=2026-11-23T00:00:00Z"))
                .isEqualTo("400 SLUICE605");
        assertThat(refusal("/ledger/v1/accounts/nonsense")).startsWith("400");
        assertThat(refusal("/ledger/v1/accounts?id=in.(" + String.join(",", List.of(nobody, nobody, nobody, nobody))
                        + ")"))
                .isEqualTo("400 SLUICE604");
    }

    @Test
    void placesAreBounded() throws IOException {
        String[] accounts = accounts();
        String two = "/ledger/v1/accounts?id=in.(" + accounts[0] + "," + accounts[1] + ")";
        BufferedReader first = open(two);
        event(first);

        HttpResponse<String> second = http.get(two, "Accept", EVENTS);
        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.headers().firstValue("Retry-After")).isPresent();
        assertThat(second.body()).contains("SLUICE610", "2 of at most 3");

        first.close();
        eventually(() -> event(open(two)));
    }

    @Test
    void whoTakesAnythingGetsJson() {
        String[] accounts = accounts();

        HttpResponse<String> answer = http.get("/ledger/v1/accounts/" + accounts[0], "Accept", "*/*");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    private BufferedReader open(String path) {
        HttpResponse<InputStream> answer = http.open(path, "Accept", EVENTS);
        BufferedReader stream = reader(answer);
        open.add(stream);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(EVENTS);
        return stream;
    }

    private static BufferedReader reader(HttpResponse<InputStream> answer) {
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    /** The id and the data of the next event. */
    private static String[] event(BufferedReader stream) throws IOException {
        String line = stream.readLine();
        while (line.isEmpty() || line.startsWith(":")) {
            line = stream.readLine();
        }
        assertThat(line).startsWith("id:");
        String data = stream.readLine();
        assertThat(data).startsWith("data:");
        return new String[] {line.substring("id:".length()), data.substring("data:".length())};
    }

    private static String refusal(String path) {
        HttpResponse<String> answer = http.get(path, "Accept", EVENTS);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        return answer.statusCode() + " " + answer.body().replaceFirst(".*\"code\":\"([^\"]*)\".*", "$1");
    }

    private static String[] accounts() {
        String[] ids = {UUID.randomUUID().toString(), UUID.randomUUID().toString()};
        create(ids[0]);
        create(ids[1]);
        return ids;
    }

    private static void create(String id) {
        assertThat(http.post("/ledger/v1/accounts", "{\"id\":\"" + id + "\",\"ledger\":1,\"code\":1}")
                        .statusCode())
                .isEqualTo(201);
    }

    private static void move(String from, String to, int amount) {
        assertThat(http.post(
                                "/ledger/v1/transfers",
                                "{\"id\":\"" + UUID.randomUUID() + "\",\"debit_account_id\":\"" + from
                                        + "\",\"credit_account_id\":\"" + to + "\",\"amount\":" + amount
                                        + ",\"ledger\":1,\"code\":1}")
                        .statusCode())
                .isEqualTo(201);
    }
}
