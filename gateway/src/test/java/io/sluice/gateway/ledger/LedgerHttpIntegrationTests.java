package io.sluice.gateway.ledger;

import static io.sluice.gateway.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("containers")
@PostgresTest
class LedgerHttpIntegrationTests {

    private static TestDatabase database;
    private static GatewayUnderTest gateway;
    private static Http http;

    @BeforeAll
    static void start() {
        gateway = GatewayUnderTest.start(database.primary(), database.replicas());
        http = new Http(gateway.url());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @TestFactory
    List<DynamicTest> tigerBeetlesCasesOverHttp() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        ConformanceCases.read()
                .forEach((name, testCase) ->
                        tests.add(DynamicTest.dynamicTest(name, () -> new ConformanceCases(http).replay(testCase))));
        return tests;
    }

    @Test
    void oneTransferIsCreatedThenExistsThenConflicts() {
        String[] accounts = accounts("");
        String id = UUID.randomUUID().toString();
        String transfer = transfer(id, accounts[0], accounts[1], "12");

        HttpResponse<String> created = http.post("/ledger/v1/transfers", transfer);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.body()).contains("\"outcome\":\"created\"");
        assertThat(created.headers().firstValue("Location")).hasValue("/ledger/v1/transfers/" + id);
        assertThat(created.headers().firstValue("Sluice-Consistency-Token")).isPresent();
        assertThat(created.headers().firstValue("Sluice-Node")).isPresent();

        assertThat(http.post("/ledger/v1/transfers", transfer).statusCode()).isEqualTo(200);
        HttpResponse<String> other = http.post("/ledger/v1/transfers", transfer(id, accounts[0], accounts[1], "13"));
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("\"code\":\"exists_with_different_amount\"", id);

        assertThat(http.get("/ledger/v1/transfers/" + id).body()).contains("\"amount\":12", accounts[0], accounts[1]);
        assertThat(http.get("/ledger/v1/transfers/" + UUID.randomUUID()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void readWithTheTokenOfAWriteSeesIt() {
        String[] accounts = accounts("");
        HttpResponse<String> moved = http.post(
                "/ledger/v1/transfers", transfer(UUID.randomUUID().toString(), accounts[0], accounts[1], "5"));
        String token = moved.headers().firstValue("Sluice-Consistency-Token").orElseThrow();

        assertThat(http.get("/ledger/v1/accounts/" + accounts[0], "Sluice-Consistency-Token", token)
                        .body())
                .contains("\"debits_posted\":5");
    }

    @Test
    void refusalsAreToldApart() {
        String[] accounts = accounts("\"debits_must_not_exceed_credits\"");
        String nobody = UUID.randomUUID().toString();

        assertThat(refusal(accounts[0], accounts[1], "1")).isEqualTo("422 exceeds_credits");
        assertThat(refusal(nobody, accounts[1], "1")).isEqualTo("422 debit_account_not_found");
        assertThat(refusal(accounts[0], nobody, "1")).isEqualTo("422 credit_account_not_found");
        assertThat(refusal(accounts[0], accounts[0], "1")).isEqualTo("422 accounts_must_be_different");
        assertThat(refusal(accounts[0], accounts[1], "0")).isEqualTo("422 amount_must_not_be_zero");
        assertThat(refusal(accounts[0], accounts[1], "-1")).isEqualTo("400 SLUICE601");
    }

    private static String refusal(String debit, String credit, String amount) {
        HttpResponse<String> answer =
                http.post("/ledger/v1/transfers", transfer(UUID.randomUUID().toString(), debit, credit, amount));
        return answer.statusCode() + " " + answer.body().replaceFirst(".*\"code\":\"([^\"]*)\".*", "$1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\"id\":\"nonsense\"}` | 'nonsense', not a UUID",
                "`{\"id\":\"1-1-1-1-1\"}` | '1-1-1-1-1', not a UUID",
                "`{\"amount\":-5}` | is -5, which is negative",
                "`{\"amount\":9223372036854775808}` | is 9223372036854775808, which is too large",
                "`{\"amount\":1.5}` | is 1.5, not a whole number",
                "`{\"amount\":\"5\"}` | is '5', not a whole number",
                "`{\"flags\":[\"pendign\"]}` | holds 'pendign', which is no flag",
                "`{\"flags\":[\"expire_pending_transfer\"]}` | holds 'expire_pending_transfer', which is no flag",
                "`{\"ammount\":5}` | 'ammount' of the transfer is no field",
                "`[{},{\"code\":65536}]` | code of transfer 1 is 65536",
                "`{\"ledger\":1` | not JSON",
                "`7` | must be a JSON object or an array",
                "`{}{}` | goes on after its end"
            })
    void malformedRequestNamesTheCulprit(String body, String message) {
        HttpResponse<String> answer = http.post("/ledger/v1/transfers", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(message, "\"code\":", "\"details\":", "\"hint\":");
    }

    @Test
    void historyOfAnAccountIsPagedByTimeAndItsBalancesAreKnownForEachTime() {
        String[] accounts = accounts("");
        for (int amount = 1; amount <= 5; amount++) {
            http.post(
                    "/ledger/v1/transfers",
                    transfer(
                            UUID.randomUUID().toString(), accounts[amount % 2], accounts[1 - amount % 2], "" + amount));
        }
        String path = "/ledger/v1/transfers?account_id=eq." + accounts[0] + "&limit=2";

        String first = http.get(path).body();
        String second =
                http.get(path + "&timestamp=gt." + timestamps(first).get(1)).body();
        String last = http.get(path + "&order=timestamp.desc&limit=1").body();

        assertThat(values(first, "amount")).containsExactly("1", "2");
        assertThat(values(second, "amount")).containsExactly("3", "4");
        assertThat(values(last, "amount")).containsExactly("5");
        assertThat(values(last, "debits_posted")).containsExactly("6");
        assertThat(values(last, "credits_posted")).containsExactly("9");
        assertThat(http.get("/ledger/v1/accounts/" + accounts[0] + "?at="
                                + timestamps(first).get(1))
                        .body())
                .contains("\"debits_posted\":2", "\"credits_posted\":1");
        assertThat(http.get("/ledger/v1/accounts/" + accounts[0] + "?at=2020-01-01T00:00:00Z")
                        .statusCode())
                .isEqualTo(404);
        assertThat(http.get(path + "&order=amount").body()).contains("order=amount is no order");
    }

    @Test
    void statementIsStreamedAsLinesOrCsv() {
        String[] accounts = accounts("");
        String body = Stream.generate(
                        () -> transfer(UUID.randomUUID().toString(), accounts[0], accounts[1], "3") + "\n")
                .limit(1_200)
                .collect(Collectors.joining());
        stream(body);
        String path = "/ledger/v1/accounts/" + accounts[1] + "/statement";

        List<String> lines = http.get(path).body().lines().toList();
        List<String> csv = http.get(path, "Accept", "text/csv").body().lines().toList();

        assertThat(lines).hasSize(1_200);
        assertThat(lines.get(1_199)).contains("\"side\":\"credit\"", "\"credits_posted\":3600");
        assertThat(csv).hasSize(1_201);
        assertThat(csv.get(1_200)).endsWith(",0,0,0,3600");
    }

    private static List<String> timestamps(String json) {
        return values(json, "timestamp");
    }

    private static List<String> values(String json, String field) {
        return Pattern.compile("\"" + field + "\":\"?([^\",}]*)")
                .matcher(json)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void streamOfTransfersIsAnsweredLineByLine() {
        String[] accounts = accounts("");
        List<String> ids =
                Stream.generate(() -> UUID.randomUUID().toString()).limit(5_000).toList();
        String body = ids.stream()
                .map(id -> transfer(id, accounts[0], accounts[1], "2") + "\n")
                .collect(Collectors.joining());

        HttpResponse<String> answer = stream(body);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().lines())
                .hasSize(ids.size())
                .allMatch(line -> line.contains("\"outcome\":\"created\""))
                .map(line -> line.substring(7, 43))
                .containsExactlyElementsOf(ids);
        assertThat(http.get("/ledger/v1/accounts/" + accounts[1]).body()).contains("\"credits_posted\":10000");
        assertThat(stream(body).body().lines()).allMatch(line -> line.contains("\"outcome\":\"exists\""));
    }

    @Test
    void chainOfAStreamIsNeverCut() {
        String[] accounts = accounts("");
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            String transfer = transfer(UUID.randomUUID().toString(), accounts[0], accounts[1], "1");
            body.append(i == 1_999 ? transfer : transfer.replace("}", ",\"flags\":[\"linked\"]}"))
                    .append('\n');
        }

        assertThat(stream(body.toString()).body().lines())
                .hasSize(2_000)
                .allMatch(line -> line.contains("\"outcome\":\"created\""));
    }

    @Test
    void streamThatIsMalformedEndsWithTheReasonAfterTheOutcomesBefore() throws IOException {
        String[] accounts = accounts("");
        String good = transfer(UUID.randomUUID().toString(), accounts[0], accounts[1], "1");

        String answer = rawStream(good + "\n" + good.replace("amount", "amnt") + "\n");

        assertThat(answer).contains("\"outcome\":\"created\"");

        assertThat(answer).contains("\"code\":\"SLUICE602\"", "'amnt' of line 2 is no field");
        assertThat(answer).doesNotEndWith("0\r\n\r\n");
    }

    private static HttpResponse<String> stream(String body) {
        return http.postAs("application/x-ndjson", "/ledger/v1/transfers", body);
    }

    /** The answer's bytes, because a client refuses an answer that was broken off. */
    private static String rawStream(String body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("POST /ledger/v1/transfers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    + "Content-Type: application/x-ndjson\r\nContent-Length: " + body.length()
                                    + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (SocketException e) {
                // The reset that says the answer is not whole.
            }
            return answer.toString(StandardCharsets.US_ASCII);
        }
    }

    @Test
    void filterThatIsNoneNamesTheCulprit() {
        assertThat(http.get("/ledger/v1/accounts").statusCode()).isEqualTo(400);
        assertThat(http.get("/ledger/v1/accounts?id=in.(x)").body()).contains("'x' is not a UUID");
        assertThat(http.get("/ledger/v1/accounts?id=like.x").body()).contains("id=like.x is no filter");
    }

    @Test
    void lockedAccountAnswers503AndTheRepeatSettlesIt() {
        String[] accounts = accounts("");
        String transfer = transfer(UUID.randomUUID().toString(), accounts[0], accounts[1], "5");
        eventually(
                () -> assertThat(http.get("/ledger/v1/accounts/" + accounts[0]).statusCode())
                        .isEqualTo(200));
        Thread locker = new Thread(() -> database.execute("BEGIN; SELECT 1 FROM sluice_ledger.accounts WHERE id = '"
                + accounts[0] + "' FOR UPDATE; SELECT pg_sleep(8); COMMIT"));
        locker.start();
        eventually(() -> assertThat(database.value(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(8)%' AND state = 'active'"
                                + " AND wait_event = 'PgSleep'"))
                .isEqualTo("1"));

        HttpResponse<String> answer = http.post("/ledger/v1/transfers", transfer);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("SLUICE608", "Nothing was done");
        eventually(() -> assertThat(http.post("/ledger/v1/transfers", transfer).statusCode())
                .isIn(200, 201));
    }

    /** Two accounts with these flags. */
    private static String[] accounts(String flags) {
        String[] ids = {UUID.randomUUID().toString(), UUID.randomUUID().toString()};
        String body = "[" + account(ids[0], flags) + "," + account(ids[1], flags) + "]";
        HttpResponse<String> answer = http.post("/ledger/v1/accounts", body);
        assertThat(answer.body()).contains("\"outcome\":\"created\"");
        return ids;
    }

    private static String account(String id, String flags) {
        return "{\"id\":\"" + id + "\",\"ledger\":1,\"code\":1,\"flags\":[" + flags + "]}";
    }

    private static String transfer(String id, String debit, String credit, String amount) {
        return "{\"id\":\"" + id + "\",\"debit_account_id\":\"" + debit + "\",\"credit_account_id\":\"" + credit
                + "\",\"amount\":" + amount + ",\"ledger\":1,\"code\":1}";
    }
}
