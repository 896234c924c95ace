package io.sluice.gateway.stream;

/** Where the bytes of rows come from. Shut, it lets them wait in the network and in the server. */
@FunctionalInterface
interface Tap {

    /** For a source that is never held up. */
    Tap OPEN = open -> {};

    /** Opens or shuts it, from any thread; of several calls the last one counts. */
    void open(boolean open);
}
