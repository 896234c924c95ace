package io.sluice.gateway.query;

import org.jspecify.annotations.Nullable;

/** {@code order=name.desc.nullslast}, or by a related row's column: {@code order=client(name)}. */
public record OrderTerm(
        @Nullable String relation,
        Field field,
        @Nullable Direction direction,
        @Nullable Nulls nulls) {

    /** Sort direction. */
    public enum Direction {
        ASC,
        DESC
    }

    /** Where nulls go. */
    public enum Nulls {
        FIRST,
        LAST
    }
}
