package io.sluice.gateway.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.sluice.gateway.fastpath.KnownRead.Cut;
import io.sluice.gateway.fastpath.KnownReads.Match;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class KnownReadsTests {

    private static final String LINE = "/rest/v1/orders?status=eq.new&customer_id=eq.7&order=id";

    private final KnownReads known = new KnownReads();
    private boolean current = true;

    private final ShortRead read = new ShortRead() {

        @Override
        public boolean isCurrent() {
            return current;
        }

        @Override
        public @Nullable Mono<? extends ShortAnswer> read(String value) {
            return Mono.empty();
        }

        @Override
        public @Nullable String advice(String client, String value) {
            return null;
        }
    };

    KnownReadsTests() {
        Cut line = Cut.of(LINE, "customer_id", "7");
        assertThat(line).isNotNull();
        known.learn(new KnownRead(line, "*/*", line, "application/json", null, read));
    }

    @Test
    void aRequestWithAnotherValueIsTheSameRead() {
        Match match = known.find(get(LINE.replace("eq.7", "eq.1234"), "Accept", "*/*", "User-Agent", "x"));
        assertThat(match).isNotNull();
        assertThat(match.value()).isEqualTo("1234");
        assertThat(match.known().location().around("1234")).isEqualTo(LINE.replace("eq.7", "eq.1234"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/rest/v1/orders?status=eq.new&customer_id=eq.7",
                "/rest/v1/orders?status=eq.old&customer_id=eq.7&order=id",
                "/rest/v1/orders?status=eq.new&customer_id=eq.7x&order=id",
                "/rest/v1/orders?status=eq.new&customer_id=eq.&order=id",
                "/rest/v1/orders?status=eq.new&customer_id=eq.%37&order=id",
                "/rest/v1/orders?status=eq.new&customer_id=neq.7&order=id",
                "/rest/v1/order?status=eq.new&customer_id=eq.7&order=id"
            })
    void anotherLineIsAnother(String line) {
        assertThat(known.find(get(line, "Accept", "*/*"))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization,Bearer x",
        "PREFER,count=exact",
        "range,0-1",
        "If-None-Match,x",
        "origin,http://x",
        "Sluice-Consistency-Token,x",
        "Connection,close",
        "Content-Length,3",
        "Transfer-Encoding,chunked",
        "Expect,100-continue",
        "traceparent,00-1"
    })
    void aHeaderThatSaysMoreLeadsElsewhere(String name, String value) {
        assertThat(known.find(get(LINE, "Accept", "*/*", name, value))).isNull();
    }

    @Test
    void methodVersionAndAcceptAreItsOwn() {
        assertThat(known.find(get(LINE))).isNull();
        assertThat(known.find(get(LINE, "Accept", "text/csv"))).isNull();
        assertThat(known.find(request(HttpMethod.HEAD, HttpVersion.HTTP_1_1, LINE, "Accept", "*/*")))
                .isNull();
        assertThat(known.find(request(HttpMethod.GET, HttpVersion.HTTP_1_0, LINE, "Accept", "*/*")))
                .isNull();
        assertThat(known.find(get(LINE, "Accept", "*/*", "Connection", "Keep-Alive", "Content-Length", "0")))
                .isNotNull();
    }

    @Test
    void anOldReadIsForgotten() {
        current = false;
        assertThat(known.find(get(LINE, "Accept", "*/*"))).isNull();
        current = true;
        assertThat(known.find(get(LINE, "Accept", "*/*")))
                .as("until it is learned anew")
                .isNull();
    }

    @Test
    void oldReadsThatNobodyAsksForAreForgottenToo() {
        current = false;
        for (int i = 0; i < 100; i++) {
            Cut line = new Cut("/rest/v1/orders?select=c" + i + "&id=eq.", "");
            known.learn(new KnownRead(line, null, line, "application/json", null, read));
        }
        assertThat(known.size()).isLessThan(64);
    }

    @Test
    void onlyRequestsWithoutSuchHeadersAreLearnedFrom() {
        List<String> usual = List.of("Host", "user-agent", "Accept", "X-Request-Id");
        assertThat(known.mayLearn(usual)).as("nobody asks").isFalse();
        known.open();
        assertThat(known.mayLearn(usual)).isTrue();
        assertThat(known.mayLearn(List.of("Host", "accept-profile"))).isFalse();
    }

    @Test
    void aValueIsCutOutOnlyWhereItStandsAsItIs() {
        assertThat(Cut.of("/t?aid=eq.1&id=eq.1", "id", "1")).isEqualTo(new Cut("/t?aid=eq.1&id=eq.", ""));
        assertThat(Cut.of("/t?id=eq.12", "id", "1")).isNull();
        assertThat(Cut.of("/t?i%64=eq.1", "id", "1")).isNull();
        assertThat(Cut.of("/t", "id", "1")).isNull();
    }

    private static HttpRequest get(String uri, String... headers) {
        return request(HttpMethod.GET, HttpVersion.HTTP_1_1, uri, headers);
    }

    private static HttpRequest request(HttpMethod method, HttpVersion version, String uri, String... headers) {
        HttpRequest request = new DefaultHttpRequest(version, method, uri);
        for (int i = 0; i < headers.length; i += 2) {
            request.headers().add(headers[i], headers[i + 1]);
        }
        return request;
    }
}
