package io.sluice.routing.embedded;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.message.Format;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Row;
import io.sluice.routing.topology.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A connection on which the caller waits for the answer, for those who manage servers: the one place of this module where
 * a thread waits for a publisher. It refuses to do so on an event loop.
 */
final class Sql implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sql.class);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofMinutes(5);

    private final PostgresqlConnection connection;

    private Sql(PostgresqlConnection connection) {
        this.connection = connection;
    }

    static Sql connect(NodeAddress address) {
        return new Sql(await(driver(address).create(), CONNECT, "a connection to " + address));
    }

    /** Loads the driver, which takes half a second, while something else is waited for: nobody may listen there yet. */
    static void warmUp(NodeAddress address) {
        driver(address)
                .create()
                .flatMap(PostgresqlConnection::close)
                .subscribe(nothing -> {}, refused -> LOG.trace("nobody is there yet, as expected", refused));
    }

    private static PostgresqlConnectionFactory driver(NodeAddress address) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(address.host())
                .port(address.port())
                .database(address.database())
                .username(address.user())
                .password(address.password())
                .applicationName("sluice-embedded")
                .connectTimeout(CONNECT)
                .codecRegistrar(
                        (connection, allocator, registry) -> Mono.fromRunnable(() -> registry.addFirst(new AsText())))
                .build());
    }

    /** Connects, runs and disconnects. */
    static List<List<@Nullable String>> query(NodeAddress address, String sql) {
        try (Sql session = connect(address)) {
            return session.query(sql);
        }
    }

    /** Rows of values in text form. Without parameters the server is asked by the simple protocol, which sends text. */
    List<List<@Nullable String>> query(String sql) {
        Flux<List<@Nullable String>> rows = connection
                .createStatement(sql)
                .execute()
                .flatMap(result -> result.map((row, metadata) ->
                        texts(row, metadata.getColumnMetadatas().size())));
        return await(rows.collectList(), ANSWER, "an answer to " + sql);
    }

    /** The first column of the first row. */
    @Nullable
    String value(String sql) {
        return query(sql).get(0).get(0);
    }

    @Override
    public void close() {
        await(connection.close().thenReturn(true), CONNECT, "the end of a connection");
    }

    private static List<@Nullable String> texts(Row row, int columns) {
        List<@Nullable String> values = new ArrayList<>(columns);
        for (int i = 0; i < columns; i++) {
            values.add(row.get(i, String.class));
        }
        return values;
    }

    private static <T> T await(Mono<T> source, Duration limit, String what) {
        if (Schedulers.isInNonBlockingThread()) {
            throw new IllegalStateException("waiting for " + what + " on thread "
                    + Thread.currentThread().getName()
                    + ", which must not block: call the cluster's methods from an ordinary thread");
        }
        CompletableFuture<T> answer = source.toFuture();
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new EmbeddedClusterException("no " + what + " within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new EmbeddedClusterException("interrupted while waiting for " + what, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof R2dbcException refused) {
                refused.addSuppressed(e);
                throw refused;
            }
            throw new EmbeddedClusterException("no " + what + ": " + e.getCause(), e);
        }
    }

    /** Any type as the text in which the server sent it. */
    private static final class AsText implements Codec<String> {

        @Override
        public boolean canDecode(int dataType, Format format, Class<?> type) {
            return type == String.class && format == Format.FORMAT_TEXT;
        }

        @Override
        public @Nullable String decode(
                @Nullable ByteBuf buffer, int dataType, Format format, Class<? extends String> type) {
            return buffer == null ? null : buffer.toString(StandardCharsets.UTF_8);
        }

        @Override
        public boolean canEncode(Object value) {
            return false;
        }

        @Override
        public boolean canEncodeNull(Class<?> type) {
            return false;
        }

        @Override
        public EncodedParameter encode(Object value) {
            throw new UnsupportedOperationException("reads only");
        }

        @Override
        public EncodedParameter encode(Object value, int dataType) {
            throw new UnsupportedOperationException("reads only");
        }

        @Override
        public EncodedParameter encodeNull() {
            throw new UnsupportedOperationException("reads only");
        }
    }
}
