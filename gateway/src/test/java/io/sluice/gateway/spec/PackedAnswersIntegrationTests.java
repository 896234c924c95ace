package io.sluice.gateway.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import io.sluice.gateway.testing.GatewayUnderTest;
import io.sluice.gateway.testing.Http;
import io.sluice.routing.embedded.junit.PostgresTest;
import io.sluice.routing.embedded.junit.TestDatabase;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@PostgresTest(replicas = 0)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PackedAnswersIntegrationTests {

    private GatewayUnderTest gateway;
    private Http http;

    @BeforeAll
    void start(TestDatabase database) {
        database.execute("""
                CREATE TABLE words AS SELECT n, md5(n::text) AS word FROM generate_series(1, 6000) AS n;
                CREATE FUNCTION then_wait(n int) RETURNS text LANGUAGE plpgsql VOLATILE AS
                  'BEGIN IF n > 1000 THEN PERFORM pg_sleep(60); END IF; RETURN repeat(''x'', 1000); END';
                CREATE VIEW waiting AS SELECT n, then_wait(n) AS t FROM generate_series(1, 1100) AS n;""");
        gateway = GatewayUnderTest.start(database.primary(), List.of());
        http = new Http(gateway.url());
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson", "text/csv", "text/event-stream"})
    void aLongAnswerIsPackedAndUnpacksToTheSame(String accept) throws IOException {
        String plain = http.get("/rest/v1/words", "Accept", accept).body();
        for (String encoding : List.of("gzip", "br", "zstd")) {
            HttpResponse<InputStream> packed =
                    http.open("/rest/v1/words", "Accept", accept, "Accept-Encoding", encoding);
            assertThat(packed.headers().firstValue("Content-Encoding")).contains(encoding);
            assertThat(packed.headers().allValues("Vary")).anyMatch(vary -> vary.equalsIgnoreCase("Accept-Encoding"));
            byte[] bytes = packed.body().readAllBytes();
            assertThat(bytes).as(encoding).hasSizeLessThan(plain.length() * 3 / 4);
            assertThat(unpacked(encoding, new ByteArrayInputStream(bytes)).readAllBytes())
                    .as(encoding)
                    .isEqualTo(plain.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aShortAnswerAndOneThatNobodyWantsPackedAreNot() {
        HttpResponse<String> brief = http.get("/rest/v1/words?limit=10", "Accept-Encoding", "gzip");
        assertThat(brief.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(brief.headers().firstValue("Content-Length"))
                .contains(Integer.toString(brief.body().length()));
        HttpResponse<String> unwanted =
                http.get("/rest/v1/words", "Accept-Encoding", "gzip;q=0, zstd;q=0.0, br; q=0, identity");
        assertThat(unwanted.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "zstd"})
    void rowsThatAreThereCanBeUnpackedThoughTheAnswerGoesOn(String encoding) throws IOException {
        HttpResponse<InputStream> answer =
                http.open("/rest/v1/waiting", "Accept", "application/x-ndjson", "Accept-Encoding", encoding);
        assertThat(answer.headers().firstValue("Content-Encoding")).contains(encoding);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(unpacked(encoding, answer.body()), StandardCharsets.UTF_8))) {
            for (int n = 1; n <= 500; n++) {
                assertThat(lines.readLine()).startsWith("{\"n\":" + n + ",");
            }
        }
    }

    private static InputStream unpacked(String encoding, InputStream body) throws IOException {
        return switch (encoding) {
            case "zstd" -> new ZstdInputStream(body).setContinuous(true);
            case "br" -> new BrotliInputStream(body);
            default -> new GZIPInputStream(body);
        };
    }
}
