package io.sluice.gateway.stream;

import io.r2dbc.spi.R2dbcTransientResourceException;
import io.sluice.gateway.error.ApiException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;

/** The places for long answers: each server gives only so many at a time, so that others find a connection free. */
final class StreamShare {

    /** Too many connections: another server may have one, says routing. */
    private static final String FULL = "53300";

    private final int perServer;
    private final Supplier<? extends Collection<String>> servers;
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();

    /** {@code servers} tells which ones can be read from now. */
    StreamShare(int perServer, Supplier<? extends Collection<String>> servers) {
        this.perServer = perServer;
        this.servers = servers;
    }

    /** Takes a place; whoever got it gives it back with {@link #leave}. */
    boolean enter(String server) {
        int[] before = {0};
        taken.merge(server, 1, (now, one) -> {
            before[0] = now;
            return now < perServer ? now + one : now;
        });
        return before[0] < perServer;
    }

    void leave(String server) {
        taken.computeIfPresent(server, (name, now) -> now == 1 ? null : now - 1);
    }

    int taken(String server) {
        return taken.getOrDefault(server, 0);
    }

    /** Why there is no place: a reason to ask another server where one has a place, else 503 for the client. */
    RuntimeException refusal(String server) {
        String message = perServer + " long answers are running on " + server
                + ", which is as many as sluice.stream.per-server allows";
        boolean elsewhere = servers.get().stream().anyMatch(other -> !other.equals(server) && taken(other) < perServer);
        return elsewhere
                ? new R2dbcTransientResourceException(message, FULL)
                : new ApiException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "SLUICE303",
                        message,
                        null,
                        "Try again after the seconds that Retry-After names, or ask for less at a time.");
    }
}
