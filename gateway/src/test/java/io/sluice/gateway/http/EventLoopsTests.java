package io.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

class EventLoopsTests {

    @Test
    void clientsAreAcceptedByNoneOfTheLoopsThatTheyAreServedBy() {
        LoopResources loops = new EventLoops().loops(3);
        try {
            assertThat(loops.onServer(true)).hasSize(3);
            assertThat(loops.onServerSelect(true)).hasSize(1).doesNotContainAnyElementsOf(loops.onServer(true));
        } finally {
            loops.dispose();
        }
    }

    @Test
    void fewerThanNoneAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EventLoops().loops(-1))
                .withMessageContaining("sluice.io-threads")
                .withMessageContaining("-1");
    }
}
