package io.sluice.routing.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTests {

    @ParameterizedTest
    @ValueSource(strings = {"08000", "08001", "08003", "08006", "57P01", "57P02", "57P03", "57P05"})
    void aNodeIsBlamedForWhatANodeDoes(String sqlState) {
        assertThat(Failures.nodeIsUnavailable(new R2dbcNonTransientResourceException("gone", sqlState)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"57014", "57P04", "53300", "23505", "42P01", "40001", "25006"})
    void aNodeIsNotBlamedForAStatement(String sqlState) {
        assertThat(Failures.nodeIsUnavailable(new R2dbcBadGrammarException("no", sqlState)))
                .isFalse();
    }

    @Test
    void looksBehindWrappers() {
        assertThat(Failures.nodeIsUnavailable(new IllegalStateException(new IOException("reset"))))
                .isTrue();
        assertThat(Failures.nodeIsUnavailable(new IllegalStateException("unrelated")))
                .isFalse();
    }

    @Test
    void anotherNodeMayHelpWhereThisOneIsFullOrReplays() {
        assertThat(Failures.anotherNodeMayHelp(new R2dbcTransientResourceException("too many clients", "53300")))
                .isTrue();
        assertThat(Failures.anotherNodeMayHelp(
                        new R2dbcRollbackException("canceling statement due to conflict with recovery", "40001")))
                .isTrue();
        assertThat(Failures.anotherNodeMayHelp(new R2dbcRollbackException("could not serialize access", "40001")))
                .isFalse();
    }
}
