package io.sluice.gateway.start;

import io.r2dbc.spi.Connection;
import io.sluice.routing.topology.NodeAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Logs in to a server once and asks for its role, so that a wrong address is told at start-up and not by a request. */
final class ServerCheck {

    enum Role {
        PRIMARY,
        REPLICA
    }

    private ServerCheck() {}

    /** The server's role; the error is a {@link StartupException} that names the server and the reason. */
    static Mono<Role> roleOf(NodeAddress address) {
        return Login.using(address, ServerCheck::role)
                .single()
                .timeout(Login.TIMEOUT)
                .onErrorMap(error -> new StartupException("cannot use " + address + ": " + reason(error), error));
    }

    private static Mono<Role> role(Connection connection) {
        return Flux.from(
                        connection.createStatement("SELECT pg_is_in_recovery()").execute())
                .flatMap(result -> result.map(row -> Boolean.TRUE.equals(row.get(0, Boolean.class))))
                .single()
                .map(inRecovery -> inRecovery ? Role.REPLICA : Role.PRIMARY);
    }

    private static String reason(Throwable error) {
        if (error instanceof TimeoutException) {
            return "no answer within " + Login.TIMEOUT.toSeconds() + " s";
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
