package io.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class TolerantUrisTests {

    @Test
    void escapesWhatShouldHaveComeEscaped() {
        assertThat(TolerantUris.escaped("/t?select=a->>b&n=eq.\"x|y\"&c=ov.{1,2}&d=100%&e=%zz&f=`^\\<"))
                .isEqualTo("/t?select=a-%3E%3Eb&n=eq.%22x%7Cy%22&c=ov.%7B1,2%7D&d=100%25&e=%25zz&f=%60%5E%5C%3C")
                .satisfies(uri -> assertThat(URI.create(uri).getQuery()).contains("a->>b", "100%"));
    }

    @Test
    void escapesBytesOfUtf8ThatCameRaw() {
        assertThat(TolerantUris.escaped("/caf\u00c3\u00a9[1]?a[]=1")).isEqualTo("/caf%C3%A9%5B1%5D?a[]=1");
    }

    @Test
    void escapesSemicolonsInThePathBeforeSpringTakesThemForParameters() {
        assertThat(TolerantUris.escaped("/a;b?c=eq.d;e")).isEqualTo("/a%3Bb?c=eq.d;e");
    }

    @Test
    void leavesOtherUrisAlone() {
        String uri = "/rest/v1/orders?select=*,customers(name)&id=in.(1,2)&or=(a.eq.1,b.is.null)&x=eq.%E2%82%AC+~'!";
        assertThat(TolerantUris.escaped(uri)).isSameAs(uri);
    }
}
