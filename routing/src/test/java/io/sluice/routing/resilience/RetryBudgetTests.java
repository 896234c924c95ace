package io.sluice.routing.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetTests {

    @Test
    void theFloorIsAvailableAtOnceAndNoMore() {
        RetryBudget budget = new RetryBudget(0.1, 2);

        assertThat(budget.retry()).isTrue();
        assertThat(budget.retry()).isTrue();
        assertThat(budget.retry()).isFalse();
    }

    @Test
    void tenRequestsEarnOneRetryAtTenPercent() {
        RetryBudget budget = new RetryBudget(0.1, 1);
        budget.retry();
        for (int i = 0; i < 9; i++) {
            budget.request();
        }
        assertThat(budget.retry()).isFalse();
        budget.request();
        assertThat(budget.retry()).isTrue();
    }

    @Test
    void quietTimesDoNotSaveUpMoreThanTheFloor() {
        RetryBudget budget = new RetryBudget(1, 3);
        for (int i = 0; i < 100; i++) {
            budget.request();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(budget.retry()).isTrue();
        }
        assertThat(budget.retry()).isFalse();
    }
}
