package io.sluice.loadtests.patterns;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * One of the ways that a pattern compares.
 *
 * @param operation does the work once; it emits something or nothing
 * @param units how many units of work that is, 1,000 for an insert of 1,000 rows
 * @param callers how many do it at the same time
 * @param notes read when the measurement is over: what else is worth knowing of it
 */
record Variant(String name, Supplier<? extends Mono<?>> operation, int units, int callers, List<Note> notes) {

    /** Something counted over a whole measurement. The difference between its end and its begin is shown. */
    record Note(String name, LongSupplier value) {}

    static Variant of(String name, int callers, Supplier<? extends Mono<?>> operation) {
        return new Variant(name, operation, 1, callers, List.of());
    }

    /** Each operation does {@code units} of what is counted. */
    Variant each(int units) {
        return new Variant(name, operation, units, callers, notes);
    }

    Variant with(Note... more) {
        return new Variant(name, operation, units, callers, List.of(more));
    }
}
