package io.sluice.routing.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Code that the README shows under a link to a source file is that file's code: compiled, and run by its test. */
class ReadmeTests {

    private static final Pattern QUOTATION =
            Pattern.compile("\\]\\((src/test/java/[^)]+\\.java)\\)(?:(?!```).)*?\n```java\n(.*?)\n```", Pattern.DOTALL);

    @Test
    void quotesItsExamplesWordForWord() throws IOException {
        List<MatchResult> quotations = QUOTATION
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .toList();

        assertThat(quotations).hasSizeGreaterThanOrEqualTo(3);
        assertThat(quotations)
                .allSatisfy(quotation -> assertThat(withoutIndentation(Files.readString(Path.of(quotation.group(1)))))
                        .as(quotation.group(1))
                        .contains(withoutIndentation(quotation.group(2))));
    }

    private static String withoutIndentation(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
