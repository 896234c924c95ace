package io.sluice.routing.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which leaks fail the build. */
class LeakGuardTests {

    private static final String OWN = """

            Recent access records:
            #1:
            \tio.r2dbc.postgresql.message.frontend.CopyData.encode(CopyData.java:60)
            Created at:
            \tio.netty.buffer.AdaptiveByteBufAllocator.newDirectBuffer(AdaptiveByteBufAllocator.java:69)
            \tio.sluice.gateway.ingest.CopyFrames.next(CopyFrames.java:40)
            \tio.r2dbc.postgresql.PostgresqlConnection.copyIn(PostgresqlConnection.java:10)
            """;

    private static final String DRIVERS = """

            Recent access records:
            Created at:
            \tio.netty.buffer.AdaptiveByteBufAllocator.newDirectBuffer(AdaptiveByteBufAllocator.java:69)
            \tio.r2dbc.postgresql.message.frontend.Execute.encode(Execute.java:71)
            \tio.sluice.routing.pool.OnLoop.request(OnLoop.java:100)
            """;

    private static final String INCOMING = """

            Recent access records:
            #1:
            \tio.sluice.gateway.stream.RowSubscriber.onNext(RowSubscriber.java:100)
            Created at:
            \tio.netty.handler.codec.LengthFieldBasedFrameDecoder.extractFrame(LengthFieldBasedFrameDecoder.java:551)
            """;

    @Test
    void aBufferThatWeMadeIsOurs() {
        assertThat(LeakGuard.isDrivers(OWN)).isFalse();
    }

    @Test
    void aBufferOfUnknownOriginIsOurs() {
        assertThat(LeakGuard.isDrivers("Hint: nothing known")).isFalse();
    }

    @Test
    void whatTheDriverMadeIsTheDrivers() {
        assertThat(LeakGuard.isDrivers(DRIVERS)).isTrue();
    }

    @Test
    void whatCameInFromAServerIsTheDrivers() {
        assertThat(LeakGuard.isDrivers(INCOMING)).isTrue();
    }
}
