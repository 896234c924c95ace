package io.sluice.gateway.ingest;

/** What is done with rows that name other columns than the rows before them. */
enum Sparse {
    /** A marker stands for the default of a column, which COPY knows from PostgreSQL 16 on. */
    MARKED,

    /** Rows that name the same columns go in together, whatever came between them. */
    GROUPED,

    /** The rows of a batch go in one after another: a run of rows that name the same columns at a time. */
    IN_ORDER
}
