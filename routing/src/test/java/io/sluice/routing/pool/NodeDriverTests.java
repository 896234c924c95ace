package io.sluice.routing.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.sluice.routing.topology.HostResolver;
import io.sluice.routing.topology.NodeAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

class NodeDriverTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Nobody listens there. */
    private static final NodeAddress NOWHERE = NodeAddress.parse("postgresql://nobody@127.0.0.1:1/nothing");

    /** See {@link LoopDriver#connect()} for what would happen to its socket. */
    @Test
    void aConnectionThatIsAskedForOnAnEventLoopIsOpenedByItsNextTask() {
        LoopResources loops = LoopResources.create("test", 1, true);
        EventLoop loop = loops.onServer(LoopResources.DEFAULT_NATIVE).next();
        AtomicInteger opened = new AtomicInteger();
        HostResolver atOnce = host -> Mono.just(List.of(InetAddress.getLoopbackAddress()));
        NodeDriver driver = new NodeDriver(
                NOWHERE,
                PoolSettings.DEFAULTS,
                configuration -> {
                    opened.incrementAndGet();
                    return configuration;
                },
                atOnce,
                loops);
        int before = opened.get();
        Sinks.One<Integer> within = Sinks.one();
        Sinks.Empty<Void> failed = Sinks.empty();

        loop.execute(() -> {
            driver.connect().subscribe(connection -> {}, error -> failed.tryEmitEmpty());
            within.tryEmitValue(opened.get());
        });

        StepVerifier.create(within.asMono()).expectNext(before).expectComplete().verify(LIMIT);
        StepVerifier.create(failed.asMono()).expectComplete().verify(LIMIT);
        assertThat(opened).hasValue(before + 1);
        loops.dispose();
    }
}
