package io.sluice.loadtests.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatling.http.response.Response;
import io.gatling.javaapi.core.Session;
import io.sluice.loadtests.checks.ContentException;
import io.sluice.loadtests.checks.Rows;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/** Counts what the gateway says in its error bodies, for the end of a run: Gatling itself shows the status only. */
public final class Refusals {

    private static final int KINDS_MAX = 100;
    private static final int SHOWN = 10;
    private static final int ERROR = 400;

    /** Messages that differ in a port or a count only are of one kind. */
    private static final Pattern NUMBERS = Pattern.compile("\\d+([.:]\\d+)*");

    private final Map<String, LongAdder> kinds = new ConcurrentHashMap<>();

    Response count(Response response, Session session) {
        int status = response.status().code();
        if (status >= ERROR && kinds.size() < KINDS_MAX) {
            kinds.computeIfAbsent(kind(status, response.body().string()), text -> new LongAdder())
                    .increment();
        }
        return response;
    }

    /** A sentence for each kind of error, the most frequent first. */
    public List<String> summary() {
        return kinds.entrySet().stream()
                .sorted(Comparator.comparingLong(
                        (Map.Entry<String, LongAdder> kind) -> -kind.getValue().sum()))
                .limit(SHOWN)
                .map(kind -> kind.getValue() + " × " + kind.getKey())
                .toList();
    }

    static String kind(int status, String body) {
        try {
            JsonNode error = Rows.parse(body);
            String message = NUMBERS.matcher(error.path("message").asText()).replaceAll("#");
            return status + " " + error.path("code").asText() + " " + message;
        } catch (ContentException e) {
            return status + " without an error body";
        }
    }
}
