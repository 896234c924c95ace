package io.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.topology.NodeAddress;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of options in README.md say what the code does. */
class OptionsInReadmeTests {

    private static final Map<String, String> OTHER_NAMES =
            Map.of("retryShare", "retries.share", "retryFloor", "retries.floor");

    /** Defaults that are no plain values; the tables name them in words. */
    private static final Set<String> IN_WORDS =
            Set.of("nodes", "hints", "zone", "balancer", "resolver", "observer", "driver", "loops", "pool.ioThreads");

    private record Option(String name, Object value) {}

    static Stream<Option> options() {
        RoutingConfiguration defaults = RoutingConnectionFactory.builder()
                .node(NodeAddress.parse("postgresql://u@h"))
                .configuration();
        return components(defaults).flatMap(OptionsInReadmeTests::flat);
    }

    private static Stream<Option> flat(Option option) {
        if (!(option.value() instanceof Record group)) {
            return Stream.of(new Option(OTHER_NAMES.getOrDefault(option.name(), option.name()), option.value()));
        }
        return components(group).map(inner -> new Option(option.name() + "." + inner.name(), inner.value()));
    }

    private static Stream<Option> components(Record settings) {
        List<Option> options = new ArrayList<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            try {
                options.add(
                        new Option(component.getName(), component.getAccessor().invoke(settings)));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
        return options.stream();
    }

    @ParameterizedTest
    @MethodSource("options")
    void everyOptionIsThereWithItsDefault(Option option) throws IOException {
        String written = rows().get(option.name());
        assertThat(written).as("the row of " + option.name()).isNotNull();
        if (IN_WORDS.contains(option.name())) {
            assertThat(written).isNotBlank();
        } else if (option.value() instanceof Duration duration) {
            assertThat(duration(written)).isEqualTo(duration);
        } else if (option.value() instanceof Number number) {
            assertThat(Double.parseDouble(written.replace(",", ""))).isEqualTo(number.doubleValue());
        } else {
            assertThat(written).isEqualTo(option.value().toString());
        }
    }

    @Test
    void nothingElseIsSaidToBeAnOption() throws IOException {
        assertThat(rows().keySet())
                .containsExactlyInAnyOrderElementsOf(options().map(Option::name).toList());
    }

    private static Duration duration(String written) {
        String[] parts = written.split(" ", -1);
        long number = Long.parseLong(parts[0]);
        return switch (parts[1]) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "min" -> Duration.ofMinutes(number);
            default -> throw new AssertionError("no unit of time: " + written);
        };
    }

    /** Option to default, from every table of the section; an option with two rows fails. */
    private static Map<String, String> rows() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        int begin = readme.indexOf("\n## Options\n");
        String section = readme.substring(begin, readme.indexOf("\n## ", begin + 1));
        return section.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|", -1))
                .collect(Collectors.toMap(cells -> cells[1].strip().replace("`", ""), cells -> cells[2].strip()));
    }
}
