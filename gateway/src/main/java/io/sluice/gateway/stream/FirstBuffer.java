package io.sluice.gateway.stream;

/**
 * How long the beginning of an answer is kept back. As long as nothing has left, a failure is an ordinary error, or no
 * error at all where another server can answer instead.
 *
 * @param bytes goes out when there is this much
 * @param live goes out when the source pauses, too, for a client that wants rows as they come
 */
record FirstBuffer(int bytes, boolean live) {}
