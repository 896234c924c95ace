package io.sluice.loadtests.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalsTests {

    @Test
    void aKindIsStatusCodeAndMessage() {
        assertThat(Refusals.kind(503, "{\"code\":\"SLUICE1\",\"message\":\"no connection\",\"hint\":null}"))
                .isEqualTo("503 SLUICE1 no connection");
    }

    @Test
    void messagesThatDifferInNumbersOnlyAreOfOneKind() {
        assertThat(Refusals.kind(503, "{\"code\":\"P3\",\"message\":\"none within 3000 ms at 127.0.0.1:5432\"}"))
                .isEqualTo("503 P3 none within # ms at #");
    }

    @Test
    void anErrorOfSomethingElseHasNoBodyOfOurs() {
        assertThat(Refusals.kind(502, "<html>Bad Gateway</html>")).isEqualTo("502 without an error body");
        assertThat(Refusals.kind(502, "")).isEqualTo("502 without an error body");
    }
}
