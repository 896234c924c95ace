package io.sluice.routing.settings;

import java.time.Duration;

/** Every refusal begins with the setting's name and ends with the value: {@code "maxSize must be at least 1, was 0"}. */
public final class Check {

    private Check() {}

    public static void that(boolean condition, String rule, Object value) {
        if (!condition) {
            throw new IllegalArgumentException(rule + ", was " + value);
        }
    }

    public static void positive(String name, Duration value) {
        that(!value.isNegative() && !value.isZero(), name + " must be positive", value);
    }

    public static void notNegative(String name, Duration value) {
        that(!value.isNegative(), name + " must not be negative", value);
    }

    public static void share(String name, double value) {
        that(value >= 0 && value <= 1, name + " must be between 0 and 1", value);
    }
}
