package io.sluice.routing.topology;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Notices that a host name leads elsewhere: to none of the addresses that it led to when it was last asked. The old
 * server may still be there and answer, so nothing else would tell.
 */
public final class Whereabouts {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final String host;
    private final HostResolver resolver;
    private final Duration interval;
    private Set<InetAddress> known = Set.of();
    private long askedNanos;
    private boolean asked;

    /** Asks at most once in {@code interval}; never where that is zero or {@code host} is an address. */
    public Whereabouts(String host, HostResolver resolver, Duration interval) {
        this.host = host;
        this.resolver = resolver;
        this.interval = interval;
    }

    /** A name that moved, from where to where. */
    public record Move(Set<InetAddress> before, Set<InetAddress> after) {}

    /** Emits a move where there was one. A resolver that fails or takes longer than a second tells nothing. */
    public Mono<Move> moved(long nowNanos) {
        return due(nowNanos)
                ? resolver.resolve(host)
                        .timeout(PATIENCE)
                        .mapNotNull(this::compare)
                        .onErrorComplete()
                : Mono.empty();
    }

    private synchronized boolean due(long nowNanos) {
        if (interval.isZero() || LITERAL.matcher(host).matches()) {
            return false;
        }
        if (asked && nowNanos - askedNanos < interval.toNanos()) {
            return false;
        }
        asked = true;
        askedNanos = nowNanos;
        return true;
    }

    private synchronized @Nullable Move compare(List<InetAddress> found) {
        if (found.isEmpty()) {
            return null;
        }
        Set<InetAddress> before = known;
        known = Set.copyOf(found);
        boolean moved = !before.isEmpty() && Collections.disjoint(before, known);
        return moved ? new Move(before, known) : null;
    }
}
