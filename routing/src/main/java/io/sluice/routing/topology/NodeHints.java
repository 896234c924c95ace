package io.sluice.routing.topology;

/**
 * What a server cannot say about itself.
 *
 * @param zone where it stands, empty where that does not matter
 * @param weight its share of reads relative to the others, 1 by default
 */
public record NodeHints(String zone, double weight) {

    public static final NodeHints NONE = new NodeHints("", 1);

    public NodeHints {
        if (!(weight > 0)) {
            throw new IllegalArgumentException("weight must be positive, was " + weight);
        }
    }
}
