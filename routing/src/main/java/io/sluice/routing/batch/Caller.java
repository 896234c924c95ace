package io.sluice.routing.batch;

import io.sluice.routing.SharedRoute;
import reactor.core.publisher.MonoSink;

/** Somebody who waits for a value. No record: two that wait for the same are not the same. */
final class Caller<K, V> {

    private final K key;
    private final SharedRoute route;
    private final MonoSink<V> sink;

    Caller(K key, SharedRoute route, MonoSink<V> sink) {
        this.key = key;
        this.route = route;
        this.sink = sink;
    }

    K key() {
        return key;
    }

    SharedRoute route() {
        return route;
    }

    MonoSink<V> sink() {
        return sink;
    }
}
