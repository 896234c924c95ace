package io.sluice.gateway.ledger;

import io.sluice.transactions.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * The ledger, once its tables are there. They are made when the gateway starts; where that fails (the primary is down,
 * the role may not) the rest of the gateway works, and each request for the ledger tries again.
 */
final class LedgerAccess implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LedgerAccess.class);

    private final Mono<Ledger> ready;
    private final Ledger ledger;
    private final Disposable.Composite running = Disposables.composite();
    private volatile boolean started;

    /** @param prepare what else is done once, after the tables are there */
    LedgerAccess(Ledger ledger, Mono<Void> prepare) {
        this.ledger = ledger;
        this.ready = ledger.createSchema().then(prepare).thenReturn(ledger).cacheInvalidateIf(use -> false);
    }

    Mono<Ledger> ledger() {
        return ready;
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
        running.dispose();
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
