package io.sluice.routing;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.wire.WireAnswer;
import io.sluice.routing.wire.WireBatch;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A connection that knows where it leads. Every connection of a {@link RoutingConnectionFactory} is one. */
public interface RoutedConnection extends Connection, Wrapped<Connection> {

    /** The node's name, {@code host:port}. */
    String node();

    /** Whether the node was the primary when this connection was handed out. */
    boolean primary();

    /**
     * A position that covers everything this connection has committed (on the primary) or could have seen (on a
     * replica). Call it after the commit; inside an open transaction the position would lie before it.
     */
    Mono<ConsistencyToken> token();

    /**
     * Commits and takes the token in the same round trip: COMMIT and the position query are sent together.
     *
     * <p>Cancelling does not undo the commit. Errors: those of the COMMIT; {@link CommittedWithoutTokenException} where it
     * was made, and the position cannot be had.
     */
    Mono<ConsistencyToken> commitAndToken();

    /**
     * As {@link #commitAndToken()}, with the transaction's last statements in front, all in one message: each message costs
     * the server and us system calls. Where one of them fails, that is the error, nothing is committed, and the transaction
     * is still open.
     *
     * @param last SQL without parameters; rows of it are not looked at
     */
    Mono<ConsistencyToken> commitAndToken(String last);

    /**
     * As {@link #commitAndToken(String)}, its last statements with their values in binary.
     *
     * @param last rows of it are not looked at
     */
    Mono<ConsistencyToken> commitAndToken(WireBatch last);

    /**
     * Sends statements with their values in binary as one message, and ends when the server has executed them all. Each
     * statement is prepared once on each connection; where what was prepared gets lost (DISCARD ALL, a pooler in between) or
     * its columns change, the batch that finds it so fails with SQLSTATE 26000, 42P05 or 0A000, and later ones on this connection
     * are prepared anew each time.
     *
     * <p>Nothing else may run on the connection: that is an {@code IllegalStateException}. Where the subscriber leaves, the
     * statements go on, and {@link #close()} cancels them. Errors: the first of the server; what {@code answer} throws.
     *
     * @param answer gets the rows as they come, all of them whatever the demand
     */
    Mono<Void> batch(WireBatch batch, WireAnswer answer);

    /**
     * Stops taking bytes from the server, or takes them again. Meanwhile they wait in the network and in the server, and
     * not here, however wide the rows are and however many of them were asked for; what has been read (64 KiB at most,
     * and the row that these begin) still comes. On by default, and again when the connection is closed; a reader that
     * leaves before turns it on, so that the rest of its result can be thrown away.
     *
     * <p>From any thread; of several calls the last one counts.
     */
    void reading(boolean on);

    /**
     * Rows of a {@code statement} of this connection, to be called before it is executed, are handed to {@code rows} as they come
     * over the wire, all of them whatever the demand: {@link #reading} is what holds them up. Its result then has no
     * rows; it ends, fails, and is cancelled as ever. After a cancellation {@code rows} may still get some.
     *
     * <p>Where the connection is not at rest when the statement begins, and for statements of others, the rows come by the
     * result as ever; so a caller reads that, too.
     */
    void rowsTo(Statement statement, WireRows rows);

    /** {@link #close()} will close the connection for good instead of giving it back: after LISTEN, for example. */
    void discard();

    /**
     * Work that needs the driver itself (LISTEN, COPY to the client, refcursors). It is watched like any statement: where the
     * subscriber leaves before the end, {@link #close()} cancels it on the server before the connection is reused.
     */
    <T> Flux<T> run(Function<? super PostgresqlConnection, ? extends Publisher<T>> work);

    /**
     * {@code COPY ... FROM STDIN}: sends {@code frames}, each of which may end anywhere within a row, as one COPY, and
     * emits the number of rows. Frames are asked for as the connection takes them; the driver releases their buffers.
     *
     * <p>Cancel ends the COPY on the server without a row in the table, and leaves the connection fit for more. An
     * error of {@code frames} does the same and is the error of the result.
     */
    Mono<Long> copyIn(String sql, Publisher<? extends Publisher<ByteBuf>> frames);
}
