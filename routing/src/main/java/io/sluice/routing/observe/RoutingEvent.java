package io.sluice.routing.observe;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something worth telling. Every event names its node as {@code host:port}. */
public sealed interface RoutingEvent {

    String node();

    /** The node answers; {@code role} is {@code PRIMARY} or {@code REPLICA}. */
    record NodeUp(String node, String role) implements RoutingEvent {}

    /** The node does not answer, and why. It is asked again until it does. */
    record NodeDown(String node, String reason) implements RoutingEvent {}

    /** The node is another than before: a failover, a promotion, a demotion. */
    record RoleChanged(String node, String before, String after, int timeline) implements RoutingEvent {}

    /** Writes go to another node than before, {@code before} being empty at the start or after an outage. */
    record PrimaryChanged(String node, @Nullable String before, int timeline) implements RoutingEvent {}

    /** Nothing takes writes; {@code node} was the last primary. */
    record PrimaryLost(String node) implements RoutingEvent {}

    /** The node takes writes but has been left behind by a failover; nothing is sent to it. */
    record NodeFenced(String node, int timeline, int clusterTimeline) implements RoutingEvent {}

    /** The node's host name leads to other addresses than before; its connections are replaced. */
    record NodeMoved(String node, String before, String after) implements RoutingEvent {}

    /** A connection was thrown away at release because its server did not come to rest in time. */
    record ConnectionDiscarded(String node, String reason) implements RoutingEvent {}

    /** A read was done again on another node. */
    record ReadRetried(String node, String reason) implements RoutingEvent {}

    /** A read that {@code node} left waiting for that long was asked of {@code other} as well. */
    record ReadHedged(String node, String other, Duration after) implements RoutingEvent {}

    /** Such a read was answered by {@code other}. */
    record HedgeWon(String node, String other) implements RoutingEvent {}

    /** A connection is out for longer than allowed; {@code takenAt} says where it was taken, where that is recorded. */
    record LeaseLeaked(String node, Duration age, String takenAt) implements RoutingEvent {}

    /** The node answers, but failed too often, and gets nothing for a while. */
    record NodeEjected(String node, Duration duration, String reason) implements RoutingEvent {}

    /** The node may prove itself again. */
    record NodeReadmitted(String node) implements RoutingEvent {}
}
