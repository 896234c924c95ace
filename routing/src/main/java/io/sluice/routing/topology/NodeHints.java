package io.sluice.routing.topology;

import io.sluice.routing.settings.Check;

/**
 * What a server cannot say about itself.
 *
 * @param zone where it stands, empty where that does not matter
 * @param weight its share of reads relative to the others, 1 by default
 */
public record NodeHints(String zone, double weight) {

    public static final NodeHints NONE = new NodeHints("", 1);

    public NodeHints {
        Check.that(weight > 0, "weight must be positive", weight);
    }
}
