package io.sluice.loadtests.endpoints;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.http.HttpRequestActionBuilder;

/** {@code /ledger/v1}. */
public final class Ledger {

    /** The name of the requests that read the accounts of a run. */
    public static final String AUDIT = "audit accounts";

    private Ledger() {}

    /** Sends the transfer in {@code transfer}; {@code outcome} is told what became of it. */
    public static HttpRequestActionBuilder transfer(Content.Verification outcome) {
        return send("transfer", outcome);
    }

    /** The same for a transfer that was sent before. */
    public static HttpRequestActionBuilder settle(Content.Verification outcome) {
        return send("settle transfer", outcome);
    }

    /** Sends the transfer in {@code transfer} and saves the {@code token}. */
    public static HttpRequestActionBuilder transferWithToken(Content.Verification outcome) {
        return transfer(outcome).check(header(Protocols.CONSISTENCY_TOKEN).saveAs("token"));
    }

    /** Reads the accounts of {@code ids}, a comma-separated list, with the {@code token}. */
    public static HttpRequestActionBuilder accounts(Content.Verification verification) {
        return Content.verified(
                http(AUDIT)
                        .get("/ledger/v1/accounts")
                        .header(Protocols.CONSISTENCY_TOKEN, "#{token}")
                        .queryParam("id", "in.(#{ids})")
                        .check(status().is(200)),
                "the accounts",
                verification);
    }

    private static HttpRequestActionBuilder send(String name, Content.Verification outcome) {
        return Content.verified(
                http(name)
                        .post("/ledger/v1/transfers")
                        .header("Content-Type", "application/json")
                        .body(StringBody("#{transfer}"))
                        .check(status().in(200, 201, 422)),
                "the outcome",
                outcome);
    }
}
