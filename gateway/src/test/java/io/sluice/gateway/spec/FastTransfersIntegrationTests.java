package io.sluice.gateway.spec;

import static io.sluice.gateway.testing.Eventually.eventually;
import static io.sluice.gateway.testing.RawConnection.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.gateway.testing.RawConnection;
import io.sluice.gateway.testing.RawConnection.Answer;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Transfers that are answered before the framework are made as those behind it. */
@PostgresTest
class FastTransfersIntegrationTests {

    private static final String TRANSFERS = "/ledger/v1/transfers";
    private static final String[] THE_LONG_WAY = {
        "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    };
    private static final UUID ONE = UUID.randomUUID();
    private static final UUID OTHER = UUID.randomUUID();
    private static final UUID POOR = UUID.randomUUID();

    private static GatewayUnderTest gateway;
    private static TestDatabase database;
    private static Http http;

    @BeforeAll
    static void start(TestDatabase things) {
        database = things;
        gateway = GatewayUnderTest.start(database.primary(), List.of());
        http = new Http(gateway.url());
        String accounts = "[" + account(ONE, "") + "," + account(OTHER, "") + ","
                + account(POOR, ",\"flags\":[\"debits_must_not_exceed_credits\"]") + "]";
        assertThat(http.post("/ledger/v1/accounts", accounts).body())
                .doesNotContain("error")
                .contains("created");
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private static String account(UUID id, String more) {
        return "{\"id\":\"" + id + "\",\"ledger\":1,\"code\":1" + more + "}";
    }

    private static String transfer(UUID id, UUID debit, long amount) {
        return "{\"id\":\"" + id + "\",\"debit_account_id\":\"" + debit + "\",\"credit_account_id\":\"" + OTHER
                + "\",\"amount\":" + amount + ",\"ledger\":1,\"code\":1}";
    }

    private static double fast() {
        return gateway.bean(MeterRegistry.class)
                .get("sluice.rest.fast")
                .functionCounter()
                .count();
    }

    @Test
    void theirAnswersAreThoseOfTheFramework() {
        UUID made = UUID.randomUUID();
        UUID refused = UUID.randomUUID();
        UUID unknown = UUID.randomUUID();
        List<String> bodies = List.of(
                transfer(made, ONE, 5),
                transfer(made, ONE, 5),
                transfer(made, ONE, 6),
                transfer(refused, POOR, 5),
                transfer(refused, POOR, 5),
                transfer(UUID.randomUUID(), ONE, 0),
                transfer(unknown, UUID.randomUUID(), 5),
                "[" + transfer(made, ONE, 5) + "]",
                "[]",
                "{\"id\":1}",
                "{\"id\":",
                "\u00fc");
        for (String body : bodies) {
            double before = fast();
            Map<String, String> quick = shown(http.post(TRANSFERS, body));
            assertThat(fast()).as(body).isEqualTo(before + 1);
            String again = body;
            for (UUID id : List.of(made, refused, unknown)) {
                again = again.replace(id.toString(), new UUID(1, id.getLeastSignificantBits()).toString());
            }
            Map<String, String> slow = shown(http.post(TRANSFERS, again, THE_LONG_WAY));
            assertThat(fast()).as(body).isEqualTo(before + 1);
            assertThat(quick).as(body).isEqualTo(slow);
        }
    }

    private static Map<String, String> shown(HttpResponse<String> answer) {
        Map<String, String> shown = new TreeMap<>();
        answer.headers().map().forEach((name, values) -> shown.put(name, plain(String.join(", ", values))));
        shown.put("Sluice-Consistency-Token", shown.containsKey("sluice-consistency-token") ? "some" : "none");
        shown.remove("sluice-consistency-token");
        shown.put("status", Integer.toString(answer.statusCode()));
        shown.put("body", plain(answer.body()));
        return shown;
    }

    private static String plain(String text) {
        return text.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "UUID").replaceAll("\"timestamp\":\"[^\"]*\"", "TIME");
    }

    @Test
    void theyMayComeInPiecesAndAmongOthers() {
        List<UUID> ids = new ArrayList<>();
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            UUID id = UUID.randomUUID();
            ids.add(id);
            requests.append(post(transfer(id, ONE, 1), i % 3 == 2 ? THE_LONG_WAY : new String[0]));
            requests.append(request("GET", "/ledger/v1/transfers/" + id));
        }
        try (RawConnection connection = new RawConnection(gateway.port())) {
            for (int from = 0; from < requests.length(); from += 67) {
                connection.send(requests.substring(from, Math.min(from + 67, requests.length())));
            }
            for (UUID id : ids) {
                Answer made = connection.answer();
                assertThat(made.status()).as(made.body()).isEqualTo(201);
                assertThat(made.body()).contains(id.toString());
                assertThat(connection.answer().body()).contains(id.toString());
            }
        }
    }

    private static String post(String body, String... headers) {
        String[] all = new String[headers.length + 4];
        System.arraycopy(headers, 0, all, 4, headers.length);
        all[0] = "Content-Type";
        all[1] = "application/json";
        all[2] = "Content-Length";
        all[3] = Integer.toString(body.length());
        return request("POST", TRANSFERS, all) + body;
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsBodyHasAskedForNothing() {
        UUID id = UUID.randomUUID();
        String request = post(transfer(id, ONE, 1));
        try (RawConnection connection = new RawConnection(gateway.port())) {
            connection.send(request.substring(0, request.length() - 1));
        }
        UUID next = UUID.randomUUID();
        eventually(() -> assertThat(http.post(TRANSFERS, transfer(next, ONE, 1)).statusCode())
                .isBetween(200, 201));
        assertThat(http.get("/ledger/v1/transfers/" + id).statusCode()).isEqualTo(404);
    }
}
