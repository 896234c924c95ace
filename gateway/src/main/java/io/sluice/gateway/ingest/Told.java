package io.sluice.gateway.ingest;

import io.sluice.routing.consistency.ConsistencyToken;
import org.jspecify.annotations.Nullable;

/** What an upload's answer can say beside its lines. Written while the upload runs, read on whatever thread. */
final class Told {

    private volatile @Nullable String node;
    private volatile @Nullable ConsistencyToken token;

    /** The server that took the last batch. */
    @Nullable
    String node() {
        return node;
    }

    void node(String name) {
        node = name;
    }

    /** The position that covers everything committed so far. */
    @Nullable
    ConsistencyToken token() {
        return token;
    }

    void token(ConsistencyToken position) {
        token = position;
    }
}
