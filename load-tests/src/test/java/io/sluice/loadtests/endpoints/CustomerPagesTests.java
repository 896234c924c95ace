package io.sluice.loadtests.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CustomerPagesTests {

    @Test
    void theLinkOfAPageLeadsToTheOneBehindIt() {
        assertThat(CustomerPages.nextOf("</rest/v1/customers?limit=2&after=WyJh>; rel=\"next\""))
                .isEqualTo("/rest/v1/customers?limit=2&after=WyJh");
        assertThat(CustomerPages.nextOf("</a>; rel=\"first\", </b?x=1>;rel=\"next\""))
                .isEqualTo("/b?x=1");
    }

    @Test
    void aPageWithoutSuchALinkIsTheLast() {
        assertThat(CustomerPages.nextOf("")).isEqualTo(CustomerPages.END);
        assertThat(CustomerPages.nextOf("</a>; rel=\"first\"")).isEqualTo(CustomerPages.END);
    }
}
