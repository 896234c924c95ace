package io.sluice.transactions.tx;

/** Hears of transactions. Called on the threads that run them: it must not block. */
@FunctionalInterface
public interface TxListener {

    TxListener NONE = event -> {};

    void on(TxEvent event);
}
