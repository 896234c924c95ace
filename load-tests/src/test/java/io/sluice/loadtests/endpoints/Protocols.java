package io.sluice.loadtests.endpoints;

import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.http.HttpProtocolBuilder;
import io.sluice.loadtests.LoadConfig;

/** How every simulation speaks to the gateway. */
public final class Protocols {

    /** Names the consistency token in requests and answers. */
    public static final String CONSISTENCY_TOKEN = "Sluice-Consistency-Token";

    private Protocols() {}

    /**
     * Connections are kept and shared, as the connection pool of a service in front of the gateway would.
     *
     * @param refusals is told about every error
     */
    public static HttpProtocolBuilder of(LoadConfig config, Refusals refusals) {
        HttpProtocolBuilder protocol = http.baseUrl(config.url().toString())
                .acceptHeader("application/json")
                .userAgentHeader("sluice-load-tests")
                .disableWarmUp()
                .disableCaching()
                .shareConnections()
                .transformResponse(refusals::count);
        return config.token() == null ? protocol : protocol.authorizationHeader("Bearer " + config.token());
    }
}
