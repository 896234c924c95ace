package io.sluice.routing.embedded;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What {@link EmbeddedClusterBuilder} was told. */
record ClusterOptions(
        int replicas,
        List<Integer> ports,
        @Nullable Path directory,
        boolean relays,
        String user,
        @Nullable String password,
        String database,
        Duration startTimeout,
        Map<String, String> asked) {

    private static final int PASSWORD_BITS = 128;
    private static final int HEX = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    boolean temporary() {
        return directory == null;
    }

    Path directoryOr(Path clusters) {
        return directory == null ? clusters.resolve(UUID.randomUUID().toString()) : directory;
    }

    int port(int number) {
        return number <= ports.size() ? ports.get(number - 1) : 0;
    }

    ClusterFiles.State firstState() {
        String given = password;
        String secret = given == null ? new BigInteger(PASSWORD_BITS, RANDOM).toString(HEX) : given;
        return new ClusterFiles.State(replicas + 1, 1, user, secret);
    }

    /** An existing cluster has a superuser and a password already. */
    ClusterFiles.State checked(ClusterFiles.State stored, Path where) {
        if (password != null && !password.equals(stored.password())) {
            throw new EmbeddedClusterException("the cluster in " + where
                    + " has another password than the given one: leave the password out, the stored one is used then");
        }
        if (!user.equals(stored.user())) {
            throw new EmbeddedClusterException(
                    "the cluster in " + where + " belongs to user '" + stored.user() + "', not '" + user + "'");
        }
        return stored;
    }

    /** PostgreSQL's settings for every node: the defaults of an embedded cluster under what was asked for. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("unix_socket_directories", "");
        settings.put("max_connections", "200");
        settings.put("fsync", temporary() ? "off" : "on");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_line_prefix", "%m [%p] %q%a@%d ");
        settings.put("wal_level", "logical");
        settings.put("max_wal_senders", "20");
        settings.put("max_replication_slots", "20");
        // A replica that stays away must not fill the disk; a short absence must not cost it its place.
        settings.put("max_slot_wal_keep_size", "1GB");
        settings.put("wal_keep_size", "128MB");
        // Long reads on replicas are not cancelled by a vacuum on the primary.
        settings.put("hot_standby", "on");
        settings.put("hot_standby_feedback", "on");
        settings.put("wal_receiver_status_interval", "1s");
        // The default of 5 s is what a replica would wait after each failed attempt to reach its primary.
        settings.put("wal_retrieve_retry_interval", "100ms");
        settings.putAll(asked);
        return settings;
    }
}
