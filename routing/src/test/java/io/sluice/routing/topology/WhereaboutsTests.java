package io.sluice.routing.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class WhereaboutsTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private final InetAddress a = address(1);
    private final InetAddress b = address(2);
    private final InetAddress c = address(3);

    private Mono<List<InetAddress>> answer = Mono.just(List.of());
    private int questions;
    private long now;
    private final Whereabouts whereabouts = new Whereabouts("db.example", this::resolve, INTERVAL);

    private Mono<List<InetAddress>> resolve(String host) {
        assertThat(host).isEqualTo("db.example");
        questions++;
        return answer;
    }

    private Whereabouts.Move ask(InetAddress... found) {
        answer = Mono.just(List.of(found));
        now += INTERVAL.toNanos();
        return whereabouts.moved(now).block(LIMIT);
    }

    @Test
    void aNameMovesWhenItLeadsToNoneOfItsAddressesAnyMore() {
        assertThat(ask(a, b)).isNull();
        assertThat(ask(b)).isNull();
        assertThat(ask(b, c)).isNull();
        assertThat(ask(a)).isEqualTo(new Whereabouts.Move(Set.of(b, c), Set.of(a)));
        assertThat(ask(a)).isNull();
    }

    @Test
    void aResolverThatFailsTellsNothing() {
        assertThat(ask(a)).isNull();
        assertThat(ask()).isNull();
        answer = Mono.error(new UnknownHostException("db.example"));
        now += INTERVAL.toNanos();
        assertThat(whereabouts.moved(now).block(LIMIT)).isNull();
        assertThat(ask(b)).isEqualTo(new Whereabouts.Move(Set.of(a), Set.of(b)));
    }

    @Test
    void aResolverThatHangsIsNotWaitedFor() {
        answer = Mono.never();
        StepVerifier.withVirtualTime(() -> whereabouts.moved(0))
                .thenAwait(Duration.ofSeconds(1))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void isAskedOncePerInterval() {
        ask(a);
        assertThat(whereabouts.moved(now + 1).block(LIMIT)).isNull();
        assertThat(questions).isEqualTo(1);
    }

    @Test
    void addressesAreNotAskedFor() {
        for (String literal : List.of("10.0.0.1", "::1", "fe80::1%eth0")) {
            HostResolver nobody = host -> Mono.error(new AssertionError("asked for " + host));
            new Whereabouts(literal, nobody, INTERVAL).moved(0).block(LIMIT);
        }
        new Whereabouts("db.example", this::resolve, Duration.ZERO).moved(0).block(LIMIT);
        assertThat(questions).isZero();
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
