package io.sluice.gateway.idempotency;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How writes with an {@code Idempotency-Key} are treated.
 *
 * @param keep how long an answer is given again at least; it is gone at most a day later
 * @param maxAnswer largest body of an answer that is kept; a write that answers more is refused and not done
 * @param required what may not be written without a key: names of tables, {@code rpc/} and the name of a function, or
 *     {@code *} for everything
 */
@ConfigurationProperties("sluice.idempotency")
public record IdempotencySettings(
        @DefaultValue("24h") Duration keep,
        @DefaultValue("256KB") DataSize maxAnswer,
        @DefaultValue List<String> required) {

    public IdempotencySettings {
        required = List.copyOf(required);
        if (maxAnswer.toBytes() < 1 || maxAnswer.toBytes() > 64L * 1024 * 1024) {
            throw new IllegalArgumentException(
                    "sluice.idempotency.max-answer is " + maxAnswer + ", expected 1 byte to 64MB");
        }
    }
}
