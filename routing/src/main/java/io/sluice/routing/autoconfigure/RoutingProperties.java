package io.sluice.routing.autoconfigure;

import io.sluice.routing.NoFitReplica;
import io.sluice.routing.balance.LoadBalancer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of a {@code RoutingConnectionFactory} as properties.
 *
 * @param enabled Whether a RoutingConnectionFactory is made from these properties.
 * @param nodes The servers, each as postgresql://user:password@host:port/database. Their roles are found out.
 * @param username The user for nodes whose URL names none.
 * @param password That user's password.
 * @param hints What a server cannot say about itself, by host:port.
 * @param zone Where this process stands: replicas of the same zone are read first. Empty for anywhere.
 * @param balancer How a replica is chosen among those that are fit. A LoadBalancer bean takes its place.
 * @param acquireTimeout How long a caller waits for a connection in all, other nodes and a failover included.
 * @param tokenWait How long a read waits for a replica to reach its token before it goes to the primary.
 * @param maxLag A replica further behind gets no reads while another node can take them.
 * @param preferredLag Replicas closer than this are preferred where there are any.
 * @param noFitReplica What becomes of a read when no replica is fit.
 * @param slowStart How long a node that has come back is eased in; zero for not at all.
 * @param leakAfter A connection that is out for longer is reported; zero for never.
 * @param resolveInterval How often it is asked whether a host name leads elsewhere; zero for never.
 * @param maxWaitingForPrimary How many callers may wait for a primary during an outage.
 * @param asyncCommit Whether tokens cover commits made with synchronous_commit = off in whatever way it was set.
 * @param retries How many reads may be tried again on another node.
 * @param hedging When a slow read is asked of a second node as well.
 * @param pool The pool of each node.
 * @param monitor How nodes are watched.
 * @param breaker When a node that fails its callers is left alone for a while.
 */
@ConfigurationProperties("sluice.routing")
record RoutingProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue List<String> nodes,
        @Nullable String username,
        @Nullable String password,
        @DefaultValue Map<String, Hints> hints,
        @DefaultValue("") String zone,
        @DefaultValue("peak-ewma") Balancer balancer,
        @DefaultValue("3s") Duration acquireTimeout,
        @DefaultValue("50ms") Duration tokenWait,
        @DefaultValue("30s") Duration maxLag,
        @DefaultValue("1s") Duration preferredLag,
        @DefaultValue("primary") NoFitReplica noFitReplica,
        @DefaultValue("30s") Duration slowStart,
        @DefaultValue("60s") Duration leakAfter,
        @DefaultValue("5s") Duration resolveInterval,
        @DefaultValue("1024") int maxWaitingForPrimary,
        @DefaultValue("false") boolean asyncCommit,
        @DefaultValue Retries retries,
        @DefaultValue Hedging hedging,
        @DefaultValue Pool pool,
        @DefaultValue Monitor monitor,
        @DefaultValue Breaker breaker) {

    /** The balancers that come with the library. */
    enum Balancer {
        PEAK_EWMA,
        LEAST_IN_FLIGHT,
        WEIGHTED_ROUND_ROBIN,
        RANDOM,
        ROUND_ROBIN;

        LoadBalancer create() {
            return switch (this) {
                case PEAK_EWMA -> LoadBalancer.peakEwma();
                case LEAST_IN_FLIGHT -> LoadBalancer.leastInFlight();
                case WEIGHTED_ROUND_ROBIN -> LoadBalancer.weightedRoundRobin();
                case RANDOM -> LoadBalancer.random();
                case ROUND_ROBIN -> LoadBalancer.roundRobin();
            };
        }
    }

    /**
     * Of one server.
     *
     * @param zone Where the server stands; empty where that does not matter.
     * @param weight Its share of reads relative to the others.
     */
    record Hints(
            @DefaultValue("") String zone,
            @DefaultValue("1") double weight) {}

    /**
     * A budget.
     *
     * @param share Retries per read, between 0 and 1.
     * @param floor Retries that are possible at once after a quiet time.
     */
    record Retries(
            @DefaultValue("0.1") double share,
            @DefaultValue("64") int floor) {}

    /**
     * Off unless enabled.
     *
     * @param enabled Whether slow reads are asked of a second node as well.
     * @param percentile Of the recent times to the first row, between 0 and 1, after which a read is hedged.
     * @param fixedDelay Used instead of the percentile where it is not zero.
     * @param minDelay Shortest delay that the percentile may lead to.
     * @param share Hedges per read, at most.
     * @param floor Hedges that are possible at once after a quiet time.
     */
    record Hedging(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("0.95") double percentile,
            @DefaultValue("0s") Duration fixedDelay,
            @DefaultValue("5ms") Duration minDelay,
            @DefaultValue("0.05") double share,
            @DefaultValue("8") int floor) {}

    /**
     * Of each node.
     *
     * @param maxSize Most connections to a node.
     * @param minIdle Connections kept open even when nobody needs them.
     * @param maxPending Callers that may wait for a connection of one node; four times maxSize unless set.
     * @param connectTimeout How long opening a connection may take.
     * @param maxLifetime Age at which a connection is replaced; zero for never.
     * @param lifetimeVariance Share of the lifetime, between 0 and 1, by which single connections are replaced earlier.
     * @param maxIdle How long a connection beyond minIdle may lie unused; zero for ever.
     * @param validateAfterIdle A connection unused for longer is asked over the network before it is handed out.
     * @param validationTimeout How long that question may take.
     * @param cancelGrace How long an abandoned statement may end by itself before the server is told to cancel it.
     * @param releaseTimeout How long a connection has after that to come to rest before it is thrown away.
     * @param statementCacheSize Prepared statements kept per connection.
     * @param ioThreads Event loops per node; the number of processors unless set.
     * @param recordLeases Whether each lease remembers the code that took it, for reports of leaks.
     */
    record Pool(
            @DefaultValue("16") int maxSize,
            @DefaultValue("0") int minIdle,
            @Nullable Integer maxPending,
            @DefaultValue("2s") Duration connectTimeout,
            @DefaultValue("30m") Duration maxLifetime,
            @DefaultValue("0.2") double lifetimeVariance,
            @DefaultValue("10m") Duration maxIdle,
            @DefaultValue("30s") Duration validateAfterIdle,
            @DefaultValue("1s") Duration validationTimeout,
            @DefaultValue("20ms") Duration cancelGrace,
            @DefaultValue("1s") Duration releaseTimeout,
            @DefaultValue("256") int statementCacheSize,
            @Nullable Integer ioThreads,
            @DefaultValue("false") boolean recordLeases) {}

    /**
     * Of each node, on a connection of its own.
     *
     * @param interval Time between two questions to a node that answers.
     * @param timeout How long an answer may take before the node counts as down.
     * @param maxBackoff Longest time between two attempts to reach a node that is down.
     * @param waitInterval Time between two questions while a read waits for a replica to catch up.
     */
    record Monitor(
            @DefaultValue("250ms") Duration interval,
            @DefaultValue("2s") Duration timeout,
            @DefaultValue("2s") Duration maxBackoff,
            @DefaultValue("2ms") Duration waitInterval) {}

    /**
     * Of each node.
     *
     * @param consecutiveFailures Failures in a row that eject.
     * @param minSuccessRatio Share of successes, between 0 and 1, below which a node is ejected.
     * @param minRequests Requests in the window before the ratio counts.
     * @param window Time over which the ratio is taken.
     * @param baseEjection How long the first ejection lasts; the n-th in a row lasts n times as long.
     * @param maxEjection Longest ejection.
     */
    record Breaker(
            @DefaultValue("5") int consecutiveFailures,
            @DefaultValue("0.8") double minSuccessRatio,
            @DefaultValue("20") int minRequests,
            @DefaultValue("10s") Duration window,
            @DefaultValue("5s") Duration baseEjection,
            @DefaultValue("300s") Duration maxEjection) {}
}
