package io.sluice.gateway.start;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.sluice.routing.topology.NodeAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Logs in to a server once and asks for its role, so that a wrong address is told at start-up and not by a request. */
final class ServerCheck {

    enum Role {
        PRIMARY,
        REPLICA
    }

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final String STARTING_UP = "57P03";

    private ServerCheck() {}

    /**
     * The server's role; the error is a {@link StartupException} that names the server and the reason. A server that is
     * starting, or too busy to answer, is waited for as long as {@code patience}.
     */
    static Mono<Role> roleOf(NodeAddress address, Duration patience) {
        return Login.using(address, ServerCheck::role)
                .single()
                .timeout(Login.TIMEOUT)
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE).filter(ServerCheck::isStarting))
                .timeout(patience)
                .onErrorMap(
                        error -> new StartupException("cannot use " + address + ": " + reason(error, patience), error));
    }

    private static Mono<Role> role(Connection connection) {
        return Flux.from(
                        connection.createStatement("SELECT pg_is_in_recovery()").execute())
                .flatMap(result -> result.map(row -> Boolean.TRUE.equals(row.get(0, Boolean.class))))
                .single()
                .map(inRecovery -> inRecovery ? Role.REPLICA : Role.PRIMARY);
    }

    /** It answers that it is starting, or it was too busy to answer; everything else will not mend itself. */
    private static boolean isStarting(Throwable error) {
        return error instanceof TimeoutException
                || (error instanceof R2dbcException refused && STARTING_UP.equals(refused.getSqlState()));
    }

    private static String reason(Throwable error, Duration patience) {
        if (error instanceof TimeoutException) {
            return "no answer within " + patience.toSeconds() + " s";
        }
        Throwable deepest = error;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        if (unknownHost(error)) {
            return "unknown host";
        }
        String message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message;
    }

    private static boolean unknownHost(Throwable error) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (at instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }
}
