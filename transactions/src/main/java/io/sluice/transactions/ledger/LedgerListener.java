package io.sluice.transactions.ledger;

/** Hears of the ledger's batches. Called on the threads that run them: it must not block. */
@FunctionalInterface
public interface LedgerListener {

    LedgerListener NONE = event -> {};

    void on(LedgerEvent event);
}
