package io.sluice.gateway.testing;

import io.sluice.gateway.GatewayApplication;
import io.sluice.routing.topology.NodeAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The whole gateway on free ports in this JVM, used from outside over HTTP. */
public final class GatewayUnderTest implements AutoCloseable {

    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);

    private final ConfigurableApplicationContext context;

    private GatewayUnderTest(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts a gateway for these servers; {@code arguments} are Spring Boot's ({@code --sluice...=...}). */
    public static GatewayUnderTest start(NodeAddress primary, List<NodeAddress> replicas, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--sluice.primary=" + url(primary),
                "--sluice.replicas="
                        + replicas.stream().map(GatewayUnderTest::url).collect(Collectors.joining(","))));
        all.addAll(List.of(arguments));
        return new GatewayUnderTest(GatewayApplication.start(all.toArray(String[]::new)));
    }

    static String url(NodeAddress address) {
        return "postgresql://" + encode(address.user()) + ":" + encode(address.password()) + "@" + address.host() + ":"
                + address.port() + "/" + encode(address.database());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    public int managementPort() {
        return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public WebTestClient client() {
        return WebTestClient.bindToServer()
                .baseUrl(url())
                .responseTimeout(RESPONSE_TIMEOUT)
                .build();
    }

    /** A bean of the running gateway, to look at what HTTP does not show. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
