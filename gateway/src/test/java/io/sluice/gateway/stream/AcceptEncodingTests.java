package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptEncodingTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd         | zstd",
                "gzip, deflate, br               | br",
                "gzip, deflate                   | gzip",
                "x-gzip                          | gzip",
                "GZIP;q=0.5                      | gzip",
                "zstd;q=0.2, br;q=0.3, gzip;q=1  | gzip",
                "zstd;q=0.2, br;q=0.3, gzip;q=0.3| br",
                "zstd;q=0, gzip;q=0.001          | gzip",
            })
    void theClientChoosesAndOfEqualsTheBestIsTaken(String header, String encoding) {
        assertThat(AcceptEncoding.choose(header)).isEqualTo(encoding);
    }

    @Test
    void whoTakesNoneGetsNone() {
        assertThat(AcceptEncoding.choose("identity")).isNull();
        assertThat(AcceptEncoding.choose("")).isNull();
        assertThat(AcceptEncoding.choose("gzip;q=0, br;q=0.0, zstd;q=0, deflate"))
                .isNull();
    }
}
