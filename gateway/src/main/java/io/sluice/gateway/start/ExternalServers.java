package io.sluice.gateway.start;

import io.sluice.gateway.start.ServerCheck.Role;
import io.sluice.routing.topology.NodeAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Servers that somebody else runs: a primary that must be there, replicas that may come later. */
final class ExternalServers {

    private static final Logger log = LoggerFactory.getLogger(ExternalServers.class);

    /** The gateway is of no use without a primary, and one that starts beside it may be a little late. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private ExternalServers() {}

    /** Checks every server once. Runs on the main thread before anything else does, so it may wait. */
    static Databases check(String primary, List<String> replicas) {
        Databases databases = new Databases(
                parse("SLUICE_PRIMARY", primary),
                replicas.stream()
                        .filter(url -> !url.isBlank())
                        .map(url -> parse("SLUICE_REPLICAS", url))
                        .toList(),
                false);
        try {
            checkAll(databases).toFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StartupException known ? known : e;
        }
        return databases;
    }

    private static NodeAddress parse(String variable, String url) {
        try {
            return NodeAddress.parse(url);
        } catch (IllegalArgumentException e) {
            throw new StartupException(variable + ": " + e.getMessage(), e);
        }
    }

    private static Mono<Void> checkAll(Databases databases) {
        return Mono.when(
                checkPrimary(databases.primary()),
                Flux.fromIterable(databases.replicas()).flatMap(ExternalServers::checkReplica));
    }

    private static Mono<Role> checkPrimary(NodeAddress address) {
        return ServerCheck.roleOf(address, PATIENCE).handle((role, sink) -> {
            if (role == Role.PRIMARY) {
                sink.next(role);
            } else {
                sink.error(new StartupException(
                        "cannot use " + address + " as the primary: it is a replica (pg_is_in_recovery() is true)"));
            }
        });
    }

    private static Mono<Role> checkReplica(NodeAddress address) {
        return ServerCheck.roleOf(address, Login.TIMEOUT).onErrorResume(error -> {
            log.warn("{}; going on without this replica, it joins when it comes", error.getMessage());
            return Mono.empty();
        });
    }
}
