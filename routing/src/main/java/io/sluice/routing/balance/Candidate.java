package io.sluice.routing.balance;

/** A node that could take the request, as the balancer sees it. All figures are read without locks. */
public interface Candidate {

    /** Its name, {@code host:port}. */
    String node();

    /** Connections of this node that are out or being waited for. */
    int inFlight();
}
