package io.sluice.routing.examples;

import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.ReadOnlyProperty;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A note, and what the servers say about it: the ports of the one that wrote it and of the one that read it.
 *
 * <p>The annotations are Spring Data's; the other examples do without.
 */
@Table("notes")
record Note(
        @Id Long id,
        String text,
        @ReadOnlyProperty Integer writtenOn,
        @ReadOnlyProperty Integer readOn) {

    static Note of(String text) {
        return new Note(null, text, null, null);
    }
}
