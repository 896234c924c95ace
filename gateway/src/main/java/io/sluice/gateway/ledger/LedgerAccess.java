package io.sluice.gateway.ledger;

import io.sluice.transactions.ledger.Account;
import io.sluice.transactions.ledger.AccountWatch;
import io.sluice.transactions.ledger.Ledger;
import io.sluice.transactions.tx.Committed;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The ledger, once its tables are there. They are made when the gateway starts; where that fails (the primary is down,
 * the role may not) the rest of the gateway works, and each request for the ledger tries again.
 */
final class LedgerAccess implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LedgerAccess.class);

    private final Mono<Ledger> ready;
    private final Ledger ledger;
    private final AccountWatch watch;
    private final Disposable.Composite running = Disposables.composite();
    private volatile boolean started;

    /** @param prepare what else is done once, after the tables are there */
    LedgerAccess(Ledger ledger, AccountWatch watch, Mono<Void> prepare) {
        this.ledger = ledger;
        this.watch = watch;
        this.ready = ledger.createSchema().then(prepare).thenReturn(ledger).cacheInvalidateIf(use -> false);
    }

    Mono<Ledger> ledger() {
        return ready;
    }

    /** See {@link AccountWatch#watch}. */
    Flux<Committed<List<Account>>> watch(List<UUID> ids, BooleanSupplier ready) {
        return ledger().thenMany(watch.watch(ids, ready));
    }

    @Override
    public void start() {
        started = true;
        running.add(ready.subscribe(
                use -> {}, error -> log.warn("The ledger is not ready yet: {}", String.valueOf(error.getMessage()))));
        running.add(ledger.startExpiry());
    }

    @Override
    public void stop() {
        started = false;
        // Before the server waits for its requests to end, which these would not do by themselves.
        watch.close();
        running.dispose();
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
