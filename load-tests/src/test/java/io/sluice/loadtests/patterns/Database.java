package io.sluice.loadtests.patterns;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One server, reached as an application would reach it: through R2DBC with a pool, without one, and through JDBC. */
final class Database implements AutoCloseable {

    private final URI url;
    private final ConnectionFactory bare;
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** @param url {@code postgresql://user:password@host:port/database} */
    Database(String url) {
        this.url = URI.create(url);
        this.bare = ConnectionFactories.get("r2dbc:" + url);
    }

    /** Connections that are opened for the occasion and closed after it. */
    ConnectionFactory unpooled() {
        return bare;
    }

    ConnectionPool pool(int size) {
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(bare)
                .initialSize(size)
                .maxSize(size)
                .maxAcquireTime(Duration.ofMinutes(1))
                .build());
        pool.warmup().block();
        opened.add(() -> pool.close().block());
        return pool;
    }

    HikariDataSource jdbc(int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath());
        String[] login = url.getUserInfo().split(":", 2);
        config.setUsername(login[0]);
        config.setPassword(login[1]);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(size);
        HikariDataSource source = new HikariDataSource(config);
        opened.add(source);
        return source;
    }

    /** Statements without parameters, one after the other, outside of any measurement. */
    void execute(String... statements) {
        Flux.usingWhen(
                        bare.create(),
                        connection -> Flux.just(statements).concatMap(sql -> Flux.from(
                                        connection.createStatement(sql).execute())
                                .flatMap(Result::getRowsUpdated)),
                        Connection::close)
                .blockLast();
    }

    long number(String sql) {
        return one(bare, sql, statement -> statement).block();
    }

    static <T> Mono<T> with(ConnectionFactory factory, Function<Connection, Publisher<T>> work) {
        return Flux.usingWhen(factory.create(), work, Connection::close).last();
    }

    /** The first column of all rows, added up. */
    static Mono<Long> one(ConnectionFactory factory, String sql, Function<Statement, Statement> bound) {
        return with(factory, connection -> sum(bound.apply(connection.createStatement(sql))));
    }

    /** Reads all rows to their end; the result is the sum of their first column, which must be a number. */
    static Mono<Long> sum(Statement statement) {
        return Flux.from(statement.execute())
                .flatMap(result -> result.map((row, meta) -> row.get(0, Long.class)))
                .reduce(0L, Long::sum);
    }

    /** A statement without rows; the result is how many it changed. */
    static Mono<Long> update(Statement statement) {
        return Flux.from(statement.execute()).flatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
    }

    /** {@code work} in a transaction; the connection rolls back where it fails. */
    static <T> Mono<T> inTransaction(ConnectionFactory factory, Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(
                factory.create(),
                connection -> Mono.from(connection.beginTransaction())
                        .then(work.apply(connection))
                        .flatMap(result ->
                                Mono.from(connection.commitTransaction()).thenReturn(result))
                        .onErrorResume(error ->
                                Mono.from(connection.rollbackTransaction()).then(Mono.error(error))),
                Connection::close);
    }

    /** Closes all pools; more may be opened after it. */
    @Override
    public void close() {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close " + resource, e);
            }
        }
        opened.clear();
    }
}
