package io.sluice.gateway.error;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A {@link Problem} as an answer over HTTP. */
@SuppressWarnings("ArrayRecordComponent") // written once, then sent
public record ErrorAnswer(int status, Map<String, String> headers, byte[] body) {

    private static final String RETRY_AFTER_SECONDS = "1";

    public static ErrorAnswer of(Problem problem, JsonMapper json) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json; charset=utf-8");
        // Clients of this API look for the name of the server that defined it.
        headers.put("Proxy-Status", "PostgREST; error=" + problem.body().code());
        if (problem.status() == 401) {
            headers.put("WWW-Authenticate", challenge(problem.body()));
        }
        headers.putAll(problem.headers());
        if (problem.retryable()) {
            headers.put("Retry-After", RETRY_AFTER_SECONDS);
        }
        return new ErrorAnswer(problem.status(), headers, json.writeValueAsBytes(problem.body()));
    }

    private static String challenge(ErrorBody body) {
        boolean badToken = body.code().equals("PGRST301") || body.code().equals("PGRST303");
        return badToken ? "Bearer error=\"invalid_token\", error_description=\"" + body.message() + "\"" : "Bearer";
    }
}
