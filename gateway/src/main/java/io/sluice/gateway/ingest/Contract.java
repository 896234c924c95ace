package io.sluice.gateway.ingest;

/** What happens to the good rows when there are bad ones. */
enum Contract {
    /** Every batch stands alone: a bad row keeps its batch out, and no other. */
    BATCH;

    String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
