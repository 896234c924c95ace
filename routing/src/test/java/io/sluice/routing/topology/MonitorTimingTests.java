package io.sluice.routing.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.routing.consistency.Lsn;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Pauses, alarms and queues of the monitor, in virtual time. */
class MonitorTimingTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private final MonitorSettings settings = MonitorSettings.DEFAULTS;

    @Test
    void pausesDoubleUpToTheLimitAndAreSpread() {
        assertThat(settings.backoff(1, 0.5)).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.backoff(2, 0.5)).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.backoff(50, 0.5)).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.backoff(50, 0)).isEqualTo(Duration.ofMillis(1500));
        assertThat(settings.backoff(50, 1)).isEqualTo(Duration.ofMillis(2500));
    }

    @Test
    void refusesAPauseOfNothing() {
        assertThatThrownBy(() -> new MonitorSettings(
                        Duration.ZERO, settings.timeout(), settings.maxBackoff(), settings.waitInterval()))
                .hasMessage("interval must be positive, was PT0S");
    }

    @Test
    void anAlarmCutsTheSleepShort() {
        Alarm alarm = new Alarm(Schedulers.parallel());
        StepVerifier.create(alarm.sleep(Duration.ofHours(1)))
                .then(alarm::ring)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void anAlarmThatRingsEarlyCutsTheNextSleepOnce() {
        StepVerifier.withVirtualTime(() -> {
                    Alarm alarm = new Alarm(Schedulers.parallel());
                    alarm.ring();
                    return alarm.sleep(Duration.ofHours(1)).then(alarm.sleep(Duration.ofSeconds(5)));
                })
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(4))
                .thenAwait(Duration.ofSeconds(1))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void anAlarmIsNotLostToASleepThatIsOver() {
        StepVerifier.withVirtualTime(() -> {
                    Alarm alarm = new Alarm(Schedulers.parallel());
                    return alarm.sleep(Duration.ofSeconds(1))
                            .doOnTerminate(alarm::ring)
                            .then(alarm.sleep(Duration.ofHours(1)));
                })
                .thenAwait(Duration.ofSeconds(1))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void waitersAreWokenByPositionAndOnlyOnTheirTimeline() {
        ReplayWaiters waiters = new ReplayWaiters();
        StepVerifier.create(waiters.await(token(1, 100), () -> {}))
                .then(() -> waiters.replayed(1, new Lsn(99)))
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> waiters.replayed(1, new Lsn(100)))
                .expectNext(true)
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(waiters.await(token(1, 100), () -> {}))
                .then(() -> waiters.replayed(2, new Lsn(200)))
                .expectNext(false)
                .expectComplete()
                .verify(LIMIT);
        assertThat(waiters.nearest()).isNull();
    }

    @Test
    void aWaiterThatLeavesIsForgotten() {
        ReplayWaiters waiters = new ReplayWaiters();
        waiters.await(token(1, 100), () -> {}).subscribe().dispose();

        assertThat(waiters.nearest()).isNull();
    }

    @Test
    void askersShareAnAnswerThatWasAskedForAfterTheyCame() {
        Askers askers = new Askers();
        long before = System.nanoTime();
        StepVerifier.create(askers.next(() -> {}))
                .then(() -> askers.answered(answer(before)))
                .expectNoEvent(Duration.ofMillis(1))
                .then(() -> askers.answered(answer(System.nanoTime())))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        assertThat(askers.waiting()).isFalse();
    }

    private static Probe.Answer answer(long askedNanos) {
        return new Probe.Answer(askedNanos, false, new Lsn(1), new Lsn(1), 1, false);
    }

    private static ConsistencyToken token(int timeline, long position) {
        return new ConsistencyToken(timeline, new Lsn(position));
    }
}
