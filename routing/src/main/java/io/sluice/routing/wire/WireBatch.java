package io.sluice.routing.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * Statements that go to the server as one message, in order. After one that fails the server skips the rest; where no
 * transaction is open, or begun among them, all of them are one.
 */
public record WireBatch(List<Step> steps) {

    /** One execution of a statement, with values of the types that its parameters have: others are refused. */
    public record Step(WireStatement statement, List<WireValue> values) {

        public Step {
            values = List.copyOf(values);
            List<WireType> given = values.stream().map(WireValue::type).toList();
            if (!given.equals(statement.parameters())) {
                throw new IllegalArgumentException(
                        "parameters of types " + statement.parameters() + ", values of types " + given);
            }
        }

        public static Step of(WireStatement statement, WireValue... values) {
            return new Step(statement, List.of(values));
        }
    }

    public WireBatch {
        steps = List.copyOf(steps);
    }

    public static WireBatch of(Step... steps) {
        return new WireBatch(List.of(steps));
    }

    /** These statements, then {@code others}. */
    public WireBatch then(WireBatch others) {
        List<Step> all = new ArrayList<>(steps);
        all.addAll(others.steps);
        return new WireBatch(all);
    }
}
