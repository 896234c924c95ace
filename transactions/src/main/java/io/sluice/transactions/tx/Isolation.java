package io.sluice.transactions.tx;

import io.r2dbc.spi.IsolationLevel;

/** PostgreSQL's isolation levels, weakest first. */
public enum Isolation {
    /** Each statement sees what was committed before it. */
    READ_COMMITTED,

    /** All statements see the same snapshot; conflicting writes fail with 40001. */
    REPEATABLE_READ,

    /** As if transactions ran one after another; what would break that fails with 40001. */
    SERIALIZABLE;

    IsolationLevel level() {
        return switch (this) {
            case READ_COMMITTED -> IsolationLevel.READ_COMMITTED;
            case REPEATABLE_READ -> IsolationLevel.REPEATABLE_READ;
            case SERIALIZABLE -> IsolationLevel.SERIALIZABLE;
        };
    }

    boolean isStrongerThan(Isolation other) {
        return compareTo(other) > 0;
    }
}
