package io.sluice.gateway.ingest;

/**
 * Finds where rows begin and end in bytes that come piece by piece. What was seen is remembered, so that no byte is
 * looked at twice. Not thread-safe.
 */
interface Splitter {

    /** Takes the rows found. */
    @FunctionalInterface
    interface Rows {

        /** A row from {@code from} to before {@code to}, which begins at {@code line} of the upload. */
        void row(int from, int to, long line);
    }

    /**
     * Looks at the first {@code length} of {@code bytes} and hands out every row that ends there.
     *
     * @return how many bytes are done with; the next call gets the others first
     */
    int split(byte[] bytes, int length, Rows rows);

    /**
     * The end: hands out what is a row without an end mark.
     *
     * @throws io.sluice.gateway.error.ApiException where the upload ends in the middle of something
     */
    void end(byte[] bytes, int length, Rows rows);

    /** The line at which the row begins that is not complete yet. */
    long line();
}
