package io.sluice.gateway.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class SchemaCacheTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Schema FIRST = schema("first");
    private static final Schema SECOND = schema("second");
    private static final Schema THIRD = schema("third");

    private final SteppedClock clock = new SteppedClock();
    private final Readings readings = new Readings();
    private final SchemaCache cache = new SchemaCache(readings.next(), clock);

    @Test
    void nothingIsReadBeforeSomebodyAsks() {
        Mono<Schema> question = cache.schema();
        assertThat(readings.begun()).isZero();
        assertThat(cache.current()).isEqualTo(Schema.EMPTY);
        assertThat(cache.status()).isEmpty();

        Disposable asker = question.subscribe();
        assertThat(readings.begun()).isEqualTo(1);
        clock.step(Duration.ofMillis(300));
        readings.end(0, FIRST);
        assertThat(asker.isDisposed()).isTrue();
        assertThat(cache.current()).isSameAs(FIRST);
        assertThat(cache.status()).hasValueSatisfying(status -> {
            assertThat(status.took()).isEqualTo(Duration.ofMillis(300));
            assertThat(status.loadedAt()).isEqualTo(clock.instant());
        });
    }

    @Test
    void thoseWhoAskDuringTheFirstReadingWaitForIt() {
        List<Schema> answers = new ArrayList<>();
        cache.schema().subscribe(answers::add);
        cache.schema().subscribe(answers::add);
        cache.reload().subscribe(answers::add);
        assertThat(readings.begun()).isEqualTo(1);
        assertThat(answers).isEmpty();

        readings.end(0, FIRST);
        assertThat(answers).containsExactly(FIRST, FIRST, FIRST);
    }

    @Test
    void theOldOneIsServedWhileANewOneIsRead() {
        load(FIRST);
        List<Schema> fresh = new ArrayList<>();
        cache.reload().subscribe(fresh::add);
        assertThat(readings.begun()).isEqualTo(2);
        answers(cache.schema(), FIRST);
        assertThat(cache.current()).isSameAs(FIRST);

        readings.end(1, SECOND);
        assertThat(fresh).containsExactly(SECOND);
        answers(cache.schema(), SECOND);
    }

    @Test
    void oneReadingAtATimeIsSharedByAllWhoWantOne() {
        load(FIRST);
        List<Schema> fresh = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            cache.reload().subscribe(fresh::add);
        }
        assertThat(readings.begun()).isEqualTo(2);
        readings.end(1, SECOND);
        assertThat(fresh).hasSize(5).containsOnly(SECOND);

        cache.reload().subscribe(fresh::add);
        assertThat(readings.begun()).as("the next one reads again").isEqualTo(3);
    }

    @Test
    void whoStopsWaitingStopsNobodyElsesReading() {
        load(FIRST);
        List<Schema> fresh = new ArrayList<>();
        Disposable impatient = cache.reload().subscribe();
        cache.reload().subscribe(fresh::add);
        impatient.dispose();
        assertThat(readings.cancelled()).isZero();

        readings.end(1, SECOND);
        assertThat(fresh).containsExactly(SECOND);
        assertThat(cache.current()).isSameAs(SECOND);
    }

    @Test
    void aReadingGoesOnThoughEverybodyHasLeft() {
        load(FIRST);
        cache.reload().subscribe().dispose();
        readings.end(1, SECOND);
        assertThat(cache.current()).isSameAs(SECOND);
    }

    @Test
    void aReadingThatFailsKeepsTheOldOneAndTheNextTriesAgain() {
        load(FIRST);
        List<Throwable> errors = new ArrayList<>();
        cache.reload().subscribe(schema -> {}, errors::add);
        readings.fail(1, "no server");
        assertThat(errors).singleElement().extracting(Throwable::getMessage).isEqualTo("no server");
        answers(cache.schema(), FIRST);

        cache.reload().subscribe();
        readings.end(2, SECOND);
        answers(cache.schema(), SECOND);
    }

    @Test
    void aFirstReadingThatFailsIsTriedAgainByTheNextWhoAsks() {
        List<Throwable> errors = new ArrayList<>();
        cache.schema().subscribe(schema -> {}, errors::add);
        readings.fail(0, "no server");
        assertThat(errors).hasSize(1);
        assertThat(cache.status()).isEmpty();

        load(FIRST, 1);
        answers(cache.schema(), FIRST);
    }

    @Test
    void whoKnowsOfAChangeIsNotContentWithAReadingThatBeganBeforeIt() {
        load(FIRST);
        cache.reload().subscribe();
        List<Schema> fresh = new ArrayList<>();
        cache.reloadFromNow().subscribe(fresh::add);
        cache.reloadFromNow().subscribe(fresh::add);
        readings.end(1, SECOND);
        assertThat(fresh).isEmpty();
        assertThat(readings.begun()).as("one more for both").isEqualTo(3);

        readings.end(2, THIRD);
        assertThat(fresh).containsExactly(THIRD, THIRD);
    }

    @Test
    void aReadingThatFailsDoesNotKeepTheOneBehindItFromBeginning() {
        load(FIRST);
        cache.reload().subscribe(schema -> {}, error -> {});
        List<Schema> fresh = new ArrayList<>();
        cache.reloadFromNow().subscribe(fresh::add);
        readings.fail(1, "no server");
        readings.end(2, SECOND);
        assertThat(fresh).containsExactly(SECOND);
    }

    @Test
    void missesCauseAReadingEveryFewSecondsOnly() {
        load(FIRST);
        clock.step(Duration.ofSeconds(4));
        answers(cache.schemaAfterMiss(), FIRST);
        assertThat(readings.begun()).isEqualTo(1);

        clock.step(Duration.ofSeconds(2));
        List<Schema> fresh = new ArrayList<>();
        cache.schemaAfterMiss().subscribe(fresh::add);
        cache.schemaAfterMiss().subscribe(fresh::add);
        assertThat(readings.begun()).isEqualTo(2);
        readings.end(1, SECOND);
        assertThat(fresh).containsExactly(SECOND, SECOND);
        answers(cache.schemaAfterMiss(), SECOND);
        assertThat(readings.begun()).isEqualTo(2);
    }

    @Test
    void aMissThatCannotBeLookedUpIsAnsweredByWhatIsThere() {
        load(FIRST);
        clock.step(Duration.ofSeconds(6));
        List<Schema> fresh = new ArrayList<>();
        cache.schemaAfterMiss().subscribe(fresh::add);
        readings.fail(1, "no server");
        assertThat(fresh).containsExactly(FIRST);
    }

    private void load(Schema schema) {
        load(schema, 0);
    }

    private void load(Schema schema, int reading) {
        cache.reload().subscribe();
        readings.end(reading, schema);
    }

    private static void answers(Mono<Schema> question, Schema expected) {
        question.as(StepVerifier::create).expectNext(expected).expectComplete().verify(LIMIT);
    }

    private static Schema schema(String role) {
        return new Schema(
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                MediaHandlers.NONE,
                Map.of(role, Map.of("statement_timeout", "1s")));
    }

    /** Readings that end when the test says so. */
    private static final class Readings {

        private final List<Sinks.One<Schema>> begun = new ArrayList<>();
        private int cancelled;

        Mono<Schema> next() {
            return Mono.defer(() -> {
                Sinks.One<Schema> reading = Sinks.one();
                begun.add(reading);
                return reading.asMono().doOnCancel(() -> cancelled++);
            });
        }

        int begun() {
            return begun.size();
        }

        int cancelled() {
            return cancelled;
        }

        void end(int reading, Schema schema) {
            begun.get(reading).tryEmitValue(schema).orThrow();
        }

        void fail(int reading, String message) {
            begun.get(reading).tryEmitError(new IllegalStateException(message)).orThrow();
        }
    }

    private static final class SteppedClock extends Clock {

        private Instant now = Instant.parse("2026-01-02T03:04:05Z");

        void step(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
