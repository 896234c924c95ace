package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class BudgetTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Budget budget = new Budget(100);

    @Test
    void thereIsRoomBelowTheMost() {
        budget.take(99);
        assertThat(budget.isFull()).isFalse();
        budget.room().as(StepVerifier::create).expectComplete().verify(LIMIT);
    }

    @Test
    void whoeverWaitsGoesOnWhenThereIsRoomAgain() {
        budget.take(150);
        Mono.when(budget.room(), budget.room())
                .as(StepVerifier::create)
                .expectSubscription()
                .then(() -> budget.give(40))
                .expectNoEvent(Duration.ofMillis(50))
                .then(() -> budget.give(20))
                .expectComplete()
                .verify(LIMIT);
        assertThat(budget.taken()).isEqualTo(90);
    }

    @Test
    void oneWhoLeftHoldsNobodyUp() {
        budget.take(100);
        budget.room().as(StepVerifier::create).expectSubscription().thenCancel().verify(LIMIT);
        budget.room()
                .as(StepVerifier::create)
                .expectSubscription()
                .then(() -> budget.give(1))
                .expectComplete()
                .verify(LIMIT);
    }
}
