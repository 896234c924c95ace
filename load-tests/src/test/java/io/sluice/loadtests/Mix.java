package io.sluice.loadtests;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The shares of the flows, in percent, adding up to 100. A flow that is not named has no share.
 *
 * @param percents the share of each flow that has one
 */
public record Mix(Map<Flow, Double> percents) {

    public Mix {
        percents = Collections.unmodifiableMap(new EnumMap<>(percents));
    }

    /**
     * Reads weights such as {@code points=60,pages=20,transfers=20}; they need not add up to anything.
     *
     * @throws InvalidSettingException for an unknown flow, a weight that is no positive number, a flow named twice
     */
    public static Mix parse(String weights) {
        Map<Flow, Double> parsed = new EnumMap<>(Flow.class);
        for (String part : weights.split(",")) {
            String[] pair = part.trim().split("=", 2);
            if (pair.length != 2) {
                throw new InvalidSettingException("'" + part.trim() + "' in the mix is not of the form flow=weight");
            }
            Flow flow = Flow.of(pair[0].trim());
            if (parsed.put(flow, weight(flow, pair[1].trim())) != null) {
                throw new InvalidSettingException("the mix names '" + flow.key() + "' twice");
            }
        }
        return ofWeights(parsed);
    }

    /** All of one flow. */
    public static Mix only(Flow flow) {
        return new Mix(Map.of(flow, 100.0));
    }

    public boolean has(Flow flow) {
        return percents.containsKey(flow);
    }

    private static Mix ofWeights(Map<Flow, Double> weights) {
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        if (sum == 0) {
            throw new InvalidSettingException("the weights of the mix are all zero");
        }
        Map<Flow, Double> percents = new EnumMap<>(Flow.class);
        weights.forEach((flow, weight) -> {
            if (weight > 0) {
                percents.put(flow, weight * 100 / sum);
            }
        });
        return new Mix(percents);
    }

    private static double weight(Flow flow, String text) {
        try {
            double weight = Double.parseDouble(text);
            if (weight >= 0 && Double.isFinite(weight)) {
                return weight;
            }
        } catch (NumberFormatException e) {
            // Falls through to the message below, which is the same for every unusable weight.
        }
        throw new InvalidSettingException(
                "the weight '" + text + "' of '" + flow.key() + "' in the mix must be a number, zero or more");
    }
}
