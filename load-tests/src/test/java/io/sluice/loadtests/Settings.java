package io.sluice.loadtests;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Typed access to named settings; each error names the setting, its value and what is expected. */
public final class Settings {

    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|)");

    private final Function<String, @Nullable String> source;

    Settings(Function<String, @Nullable String> source) {
        this.source = source;
    }

    /** System property {@code load.some.name} first, then the environment variable {@code LOAD_SOME_NAME}. */
    public static Settings ofProcess() {
        return new Settings(name -> {
            String property = System.getProperty(name);
            return property != null ? property : System.getenv(environmentName(name));
        });
    }

    static String environmentName(String name) {
        return name.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    public String text(String name, String fallback) {
        String value = textOrNull(name);
        return value == null ? fallback : value;
    }

    /** The trimmed value; null when it is missing or blank, so that an empty variable means the default. */
    @Nullable
    String textOrNull(String name) {
        String value = source.apply(name);
        return value == null || value.isBlank() ? null : value.trim();
    }

    public int positive(String name, int fallback) {
        return atLeast(1, name, fallback);
    }

    int atLeast(int least, String name, int fallback) {
        return (int) number(
                name,
                fallback,
                value -> value >= least && value <= Integer.MAX_VALUE && value == Math.rint(value),
                "a whole number, " + least + " or more");
    }

    public double number(String name, double fallback, DoublePredicate allowed, String expected) {
        String value = textOrNull(name);
        if (value == null) {
            return fallback;
        }
        try {
            double parsed = Double.parseDouble(value);
            if (allowed.test(parsed)) {
                return parsed;
            }
        } catch (NumberFormatException e) {
            // Falls through: a text that is no number and a number out of range get the same message.
        }
        throw invalid(name, value, expected);
    }

    @Nullable
    Double positiveOrNull(String name) {
        return textOrNull(name) == null
                ? null
                : Double.valueOf(number(name, 0, value -> value > 0 && Double.isFinite(value), "a number above zero"));
    }

    /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}; a plain number means seconds. */
    Duration duration(String name, Duration fallback) {
        String value = textOrNull(name);
        if (value == null) {
            return fallback;
        }
        Matcher matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            throw invalid(name, value, "a duration such as 500ms, 30s, 5m or 2h");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    <E extends Enum<E>> E choice(String name, E fallback, Class<E> type) {
        String value = textOrNull(name);
        if (value == null) {
            return fallback;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value)) {
                return constant;
            }
        }
        throw invalid(name, value, "one of " + String.join(", ", names(type)));
    }

    static InvalidSettingException invalid(String name, String value, String expected) {
        return new InvalidSettingException(
                "-D%s=%s (or %s) must be %s".formatted(name, value, environmentName(name), expected));
    }

    private static <E extends Enum<E>> Iterable<String> names(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
