package io.sluice.routing.balance;

/** A node that could take the request, as the balancer sees it. All figures may change while it looks. */
public interface Candidate {

    /** Its name, {@code host:port}. */
    String node();

    /** Connections of this node that are out or being waited for. */
    int inFlight();

    /**
     * What the next request is expected to wait: recent response time, peaks first, times what is in flight already.
     * Comparable among candidates, not a time in itself.
     */
    double load();

    /** Its share of the traffic: 1 unless configured otherwise, less while it warms up. */
    double weight();
}
