package io.sluice.gateway.start;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.Result;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One connection to one server, outside the pools. */
public final class Login {

    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private Login() {}

    /** Logs in, works, logs out. */
    public static <T> Flux<T> using(NodeAddress address, Function<Connection, Publisher<T>> work) {
        return Flux.usingWhen(ConnectionFactories.get(options(address)).create(), work, Connection::close);
    }

    static Mono<Long> update(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum);
    }

    private static ConnectionFactoryOptions options(NodeAddress address) {
        ConnectionFactoryOptions.Builder options = ConnectionFactoryOptions.builder()
                .option(ConnectionFactoryOptions.DRIVER, "postgresql")
                .option(ConnectionFactoryOptions.HOST, address.host())
                .option(ConnectionFactoryOptions.PORT, address.port())
                .option(ConnectionFactoryOptions.DATABASE, address.database())
                .option(ConnectionFactoryOptions.USER, address.user())
                .option(ConnectionFactoryOptions.PASSWORD, address.password())
                .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, TIMEOUT);
        address.options().forEach((name, value) -> options.option(Option.valueOf(name), value));
        return options.build();
    }
}
