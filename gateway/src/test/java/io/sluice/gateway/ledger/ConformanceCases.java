package io.sluice.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.testing.Eventually;
import io.sluice.gateway.testing.Http;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Replays the cases of cases.json over HTTP, each under ids of its own. */
final class ConformanceCases {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NIL = "00000000-0000-0000-0000-000000000000";
    private static final String ALL_ONES = "ffffffff-ffff-ffff-ffff-ffffffffffff";
    private static final List<String> ID_FIELDS = List.of("id", "debit_account_id", "credit_account_id", "pending_id");
    private static final Duration EXPIRY_MARGIN = Duration.ofMillis(150);

    private final Http http;
    private final String upperHalf = UUID.randomUUID().toString().substring(0, 18);

    ConformanceCases(Http http) {
        this.http = http;
    }

    static Map<String, JsonNode> read() throws IOException {
        try (InputStream in = ConformanceCases.class.getResourceAsStream("/ledger/cases.json")) {
            return JSON.readTree(in)
                    .get("cases")
                    .valueStream()
                    .collect(Collectors.toMap(test -> test.get("name").asString(), test -> test));
        }
    }

    void replay(JsonNode testCase) throws InterruptedException {
        for (JsonNode step : testCase.get("steps")) {
            String operation = step.get("op").asString();
            switch (operation) {
                case "sleep" ->
                    Thread.sleep(Duration.ofSeconds(step.get("sleep_s").asInt())
                            .plus(EXPIRY_MARGIN)
                            .toMillis());
                case "create_accounts", "create_transfers" -> create(operation.substring(7), step.get("events"));
                // Counters may follow an expiry a little later.
                default -> Eventually.eventually(() -> lookUp(operation.substring(7), step.get("expect")));
            }
        }
    }

    private void create(String kind, JsonNode events) {
        ArrayNode body = JSON.createArrayNode();
        List<String> expected = new ArrayList<>();
        for (JsonNode event : events) {
            ObjectNode sent = (ObjectNode) withRealIds(event.get("event"));
            body.add(sent);
            expected.add(sent.get("id").asString() + " " + event.get("outcome").asString());
        }
        HttpResponse<String> answer = http.post("/ledger/v1/" + kind, body.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body())
                        .valueStream()
                        .map(one -> one.get("id").asString() + " "
                                + one.get("outcome").asString()))
                .containsExactlyElementsOf(expected);
    }

    private void lookUp(String kind, JsonNode expected) {
        String ids = expected.valueStream()
                .map(row -> real(row.get("id").asString()))
                .collect(Collectors.joining(","));
        HttpResponse<String> answer = http.get("/ledger/v1/" + kind + "?id=in.(" + ids + ")");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Map<String, JsonNode> found = JSON.readTree(answer.body())
                .valueStream()
                .collect(Collectors.toMap(row -> row.get("id").asString(), row -> row));
        for (JsonNode row : expected) {
            JsonNode actual = found.remove(real(row.get("id").asString()));
            if (row.get("found").isNull()) {
                assertThat(actual).isNull();
            } else {
                assertThat(actual).as("%s %s", kind, row).isNotNull();
                compare(withRealIds(row.get("found")), actual);
            }
        }
        assertThat(found).isEmpty();
    }

    private void compare(JsonNode expected, JsonNode actual) {
        expected.properties().forEach(field -> {
            if (field.getKey().equals("user_data")) {
                field.getValue().properties().forEach(part -> assertThat(
                                actual.get("user_data").get(part.getKey()))
                        .isEqualTo(part.getValue()));
            } else {
                assertThat(actual.get(field.getKey()))
                        .as("%s of %s", field.getKey(), actual)
                        .isEqualTo(field.getValue());
            }
        });
    }

    private JsonNode withRealIds(JsonNode event) {
        ObjectNode copy = ((ObjectNode) event).deepCopy();
        for (String field : ID_FIELDS) {
            if (copy.has(field)) {
                copy.put(field, real(copy.get(field).asString()));
            }
        }
        return copy;
    }

    private String real(String id) {
        return id.equals(NIL) || id.equals(ALL_ONES) ? id : upperHalf + id.substring(18);
    }
}
