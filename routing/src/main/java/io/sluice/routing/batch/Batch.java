package io.sluice.routing.batch;

import io.sluice.routing.SharedRoute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys that are read together, and who waits for each. Guarded by the loader's lock. */
final class Batch<K, V> {

    private final Map<K, List<Caller<K, V>>> callers = new LinkedHashMap<>();
    private SharedRoute route;

    Batch(SharedRoute route) {
        this.route = route;
    }

    void add(Caller<K, V> caller) {
        route = route.with(caller.route());
        callers.computeIfAbsent(caller.key(), key -> new ArrayList<>(1)).add(caller);
    }

    /** Whether the caller still waited. */
    boolean remove(Caller<K, V> caller) {
        List<Caller<K, V>> same = callers.get(caller.key());
        if (same == null || !same.remove(caller)) {
            return false;
        }
        if (same.isEmpty()) {
            callers.remove(caller.key());
        }
        return true;
    }

    int size() {
        return callers.size();
    }

    boolean isEmpty() {
        return callers.isEmpty();
    }

    boolean has(K key) {
        return callers.containsKey(key);
    }

    SharedRoute route() {
        return route;
    }

    List<K> keys() {
        return List.copyOf(callers.keySet());
    }

    List<Caller<K, V>> callers() {
        List<Caller<K, V>> all = new ArrayList<>(callers.size());
        callers.values().forEach(all::addAll);
        return all;
    }

    /** The callers of the first or the second half of the keys. */
    @Nullable
    Batch<K, V> half(boolean second) {
        Batch<K, V> half = new Batch<>(route);
        int at = 0;
        for (List<Caller<K, V>> same : callers.values()) {
            if (at++ < callers.size() / 2 != second) {
                same.forEach(half::add);
            }
        }
        return half.isEmpty() ? null : half;
    }
}
