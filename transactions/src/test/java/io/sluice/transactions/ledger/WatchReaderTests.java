package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.routing.consistency.ConsistencyToken;
import io.sluice.transactions.tx.Committed;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

class WatchReaderTests {

    private static final UUID ID = new UUID(0, 1);
    private static final IllegalStateException LOST = new IllegalStateException("lost");

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final AtomicBoolean ready = new AtomicBoolean(true);
    private final WatchReader reader = new WatchReader(Set.of(ID), Duration.ofSeconds(10), clock, ready::get);

    @Test
    void aFirstLookThatFailsIsTheEnd() {
        assertThat(after(null)).isEqualTo("lost");
    }

    @Test
    void failuresAreBorneForAWhile() {
        assertThat(after(List.of())).isEqualTo("[]");
        clock.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(after(null)).isEqualTo("nothing");
        clock.advanceTimeBy(Duration.ofMillis(1));
        assertThat(after(null)).isEqualTo("lost");
    }

    @Test
    void aLookThatSucceedsEndsTheWhile() {
        after(List.of());
        clock.advanceTimeBy(Duration.ofSeconds(9));
        after(null);
        assertThat(after(List.of())).isEqualTo("nothing");
        clock.advanceTimeBy(Duration.ofSeconds(9));
        assertThat(after(null)).isEqualTo("nothing");
    }

    @Test
    void ofSeveralStatesThatWaitOnlyTheNewestIsGiven() {
        after(List.of());
        ready.set(false);
        assertThat(after(List.of(changedAt(1)))).isEqualTo("nothing");
        assertThat(after(List.of(changedAt(2)))).isEqualTo("nothing");
        ready.set(true);
        assertThat(after(List.of())).isEqualTo("[2]");
        assertThat(after(List.of())).isEqualTo("nothing");
    }

    @Test
    void aStateThatIsReadForSomebodyElseAgainIsGivenOnce() {
        assertThat(after(List.of(changedAt(5)))).isEqualTo("[5]");
        assertThat(after(List.of(changedAt(5)))).isEqualTo("nothing");
    }

    /** On a new primary that had not got the last change. */
    @Test
    void anOlderStateIsAChangeToo() {
        assertThat(after(List.of(changedAt(5)))).isEqualTo("[5]");
        assertThat(after(List.of(changedAt(4)))).isEqualTo("[4]");
    }

    @Test
    void accountsOfOtherWatchersAreNotGiven() {
        assertThat(after(List.of(account(new UUID(0, 2), 1)))).isEqualTo("[]");
    }

    /** What the reader gives after a look: the times of the changes, nothing, or the message of an error. */
    private String after(@Nullable List<Account> changed) {
        ConsistencyToken token = ConsistencyToken.parse("1.0.1");
        reader.take(
                changed == null
                        ? new AccountWatch.Look(1, null, LOST)
                        : new AccountWatch.Look(1, new Committed<>(changed, token, "node"), null));
        return String.valueOf(Flux.just(1)
                .<Committed<List<Account>>>handle((look, out) -> reader.give(out))
                .map(given -> given.value().stream()
                        .map(Account::changedMicros)
                        .toList()
                        .toString())
                .defaultIfEmpty("nothing")
                .onErrorResume(error -> Flux.just(String.valueOf(error.getMessage())))
                .blockLast(Duration.ofSeconds(10)));
    }

    private static Account changedAt(long micros) {
        return account(ID, micros);
    }

    private static Account account(UUID id, long changedMicros) {
        return new Account(id, Balance.ZERO, UserData.NONE, 1, 1, 0, 0, changedMicros);
    }
}
