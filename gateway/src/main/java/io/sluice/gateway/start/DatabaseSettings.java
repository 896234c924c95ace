package io.sluice.gateway.start;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which servers to use.
 *
 * @param primary URL of the primary ({@code SLUICE_PRIMARY}); without it an embedded cluster is started
 * @param replicas URLs of the replicas ({@code SLUICE_REPLICAS}, separated by commas)
 * @param pool connections to each server
 * @param embedded the embedded cluster, where no primary is named
 */
@ConfigurationProperties("sluice")
public record DatabaseSettings(
        @Nullable String primary,
        @DefaultValue List<String> replicas,
        @DefaultValue Pool pool,
        @DefaultValue Embedded embedded) {

    /**
     * Connections to each server.
     *
     * @param maxSize most connections to one server
     * @param acquireTimeout how long a request waits for one before it is refused with 503
     */
    public record Pool(
            @DefaultValue("16") int maxSize,
            @DefaultValue("3s") Duration acquireTimeout) {}

    /**
     * The embedded cluster.
     *
     * @param replicas streaming replicas beside the primary
     * @param directory where the data lives; a temporary directory, gone at the end, where none is named
     * @param port of the primary, the replicas take the ones after it; free ones where it is 0
     * @param demo whether to create demo data
     * @param orders rows of the demo table {@code orders}
     */
    public record Embedded(
            @DefaultValue("2") int replicas,
            @Nullable String directory,
            @DefaultValue("0") int port,
            @DefaultValue("true") boolean demo,
            @DefaultValue("120000") int orders) {}
}
