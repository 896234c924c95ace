package io.sluice.gateway.stream;

import io.sluice.gateway.text.Output;

/** Writes one column's value, given in PostgreSQL's text format, in the form that an answer's format wants. */
@FunctionalInterface
interface ColumnEncoder {

    /** Appends {@code count} bytes of {@code source} from {@code index} on. */
    void encode(byte[] source, int index, int count, Output out);
}
