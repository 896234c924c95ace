package io.sluice.routing;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ConnectionFactoryProvider;
import io.r2dbc.spi.Option;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The driver {@code routing} for those who configure R2DBC by a URL:
 * {@code r2dbc:routing:postgresql://user:password@host1:5432,host2:5432/database?maxSize=8&acquireTimeout=PT3S}.
 *
 * <p>Options, all optional: {@code maxSize}, {@code acquireTimeout}, {@code tokenWait}, {@code maxLag} (ISO 8601
 * durations), {@code zone}, {@code sslmode}. They mean what the builder's methods of that name say.
 */
public final class RoutingConnectionFactoryProvider implements ConnectionFactoryProvider {

    public static final String DRIVER = "routing";

    private static final int DEFAULT_PORT = 5432;

    @Override
    public RoutingConnectionFactory create(ConnectionFactoryOptions options) {
        RoutingConnectionFactoryBuilder builder = RoutingConnectionFactory.builder();
        nodes(options).forEach(builder::node);
        apply(options, "maxSize", Integer::valueOf, builder, RoutingConnectionFactoryBuilder::maxSize);
        apply(options, "acquireTimeout", Duration::parse, builder, RoutingConnectionFactoryBuilder::acquireTimeout);
        apply(options, "tokenWait", Duration::parse, builder, RoutingConnectionFactoryBuilder::tokenWait);
        apply(options, "maxLag", Duration::parse, builder, RoutingConnectionFactoryBuilder::maxLag);
        apply(options, "zone", Function.identity(), builder, RoutingConnectionFactoryBuilder::zone);
        return builder.build();
    }

    /** The servers that the host option lists, each with a port of its own or the common one. */
    static List<NodeAddress> nodes(ConnectionFactoryOptions options) {
        String user = text(options, ConnectionFactoryOptions.USER);
        if (user == null) {
            throw new IllegalArgumentException("the URL names no user: r2dbc:routing:postgresql://user:password@host/");
        }
        String password = text(options, ConnectionFactoryOptions.PASSWORD);
        String database = text(options, ConnectionFactoryOptions.DATABASE);
        Object common = options.getValue(ConnectionFactoryOptions.PORT);
        int port = common == null ? DEFAULT_PORT : Integer.parseInt(common.toString());
        Map<String, String> extra = new HashMap<>();
        String sslmode = text(options, Option.valueOf("sslmode"));
        if (sslmode != null) {
            extra.put("sslmode", sslmode);
        }
        List<NodeAddress> nodes = new ArrayList<>();
        for (String server : options.getRequiredValue(ConnectionFactoryOptions.HOST)
                .toString()
                .split(",", -1)) {
            int colon = server.lastIndexOf(':');
            nodes.add(new NodeAddress(
                    colon < 0 ? server : server.substring(0, colon),
                    colon < 0 ? port : port(server, colon),
                    database == null ? user : database,
                    user,
                    password == null ? "" : password,
                    extra));
        }
        return nodes;
    }

    private static int port(String server, int colon) {
        try {
            return Integer.parseInt(server, colon + 1, server.length(), 10);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + server + "' is not host:port", e);
        }
    }

    private static <T> void apply(
            ConnectionFactoryOptions options,
            String name,
            Function<String, T> parse,
            RoutingConnectionFactoryBuilder builder,
            BiConsumer<RoutingConnectionFactoryBuilder, T> setting) {
        String value = text(options, Option.valueOf(name));
        if (value == null) {
            return;
        }
        try {
            setting.accept(builder, parse.apply(value));
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new IllegalArgumentException("option " + name + "=" + value + " cannot be read", e);
        }
    }

    private static @Nullable String text(ConnectionFactoryOptions options, Option<?> option) {
        Object value = options.getValue(option);
        return value == null ? null : value.toString();
    }

    @Override
    public boolean supports(ConnectionFactoryOptions options) {
        return DRIVER.equals(options.getValue(ConnectionFactoryOptions.DRIVER));
    }

    @Override
    public String getDriver() {
        return DRIVER;
    }
}
