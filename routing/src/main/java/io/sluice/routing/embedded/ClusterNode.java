package io.sluice.routing.embedded;

import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server of a {@link PostgresCluster} and what can be done to it.
 *
 * <p>Every method blocks until what it says is done and throws {@link EmbeddedClusterException} where it cannot be. The
 * methods that speak SQL use a way of their own to the server: a cut network does not stop them, a hung server does.
 */
public interface ClusterNode {

    /** {@code node-1}, {@code node-2} and so on; replicas call themselves that on the primary, as application name. */
    String name();

    /** Where clients connect: to the relay in front of the server where the cluster has relays. */
    NodeAddress address();

    /** Whether the server's process is there, hung or not. */
    boolean isRunning();

    /**
     * Starts the server again with the role its data has: an old primary comes back as a primary, even where another
     * node has been promoted since (see {@link #rejoin()}).
     *
     * @throws IllegalStateException when it is running
     */
    void start();

    /** An orderly shutdown that disconnects clients; nothing to do where it is down. */
    void stop();

    /** {@link #stop()} and {@link #start()}. */
    default void restart() {
        stop();
        start();
    }

    /** Ends the server and all its backends with SIGKILL, as a crash does; nothing to do where it is down. */
    void kill();

    /** Freezes the server and all its backends: connections stay open and nobody answers. */
    void hang();

    /** Lets a frozen server go on. */
    void resume();

    /**
     * Makes a replica the primary: returns when it accepts writes and the other running replicas follow it. The old
     * primary is left as it is; if it runs, there are two.
     */
    void promote();

    /** Makes this server a replica of the present primary, with a fresh copy of its data; it is stopped where it runs. */
    void rejoin();

    /** Stops replay on a replica; it goes on receiving. */
    void pauseReplay();

    /** Ends {@link #pauseReplay()}. */
    void resumeReplay();

    /** Lets a replica replay each commit {@code delay} after it was made; zero ends it. Whole milliseconds count. */
    void delayReplay(Duration delay);

    /**
     * Cuts the network between this server and everybody else without a word: open connections, new ones and the
     * replica's own link to the primary get no answer and no reset. New connections are still taken by the kernel.
     */
    void cutNetwork();

    /** As {@link #cutNetwork()}, but every connection, open or new, is reset. */
    void resetNetwork();

    /** Ends a cut: what was on its way when the network was cut arrives now. */
    void restoreNetwork();

    /** {@link #query(String, String)} in the database of {@link #address()}. */
    default List<List<@Nullable String>> query(String sql) {
        return query(address().database(), sql);
    }

    /**
     * Runs SQL without parameters, one statement or several, and returns the rows of all of them.
     *
     * @return rows of values in PostgreSQL's text form, as psql prints them; null where they are null
     * @throws io.r2dbc.spi.R2dbcException where the server refuses it
     */
    List<List<@Nullable String>> query(String database, String sql);

    /** {@link #query(String)} for statements whose rows nobody wants. */
    default void execute(String sql) {
        query(sql);
    }
}
