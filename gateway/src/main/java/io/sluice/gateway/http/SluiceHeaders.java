package io.sluice.gateway.http;

/** Names of the headers that are Sluice's own. */
public final class SluiceHeaders {

    /** On the answer to a write: where it stands. On a read: see at least that. */
    public static final String CONSISTENCY_TOKEN = "Sluice-Consistency-Token";

    /** The node that answered, {@code host:port}. */
    public static final String NODE = "Sluice-Node";

    /** On an answer: what the client could do better. */
    public static final String ADVICE = "Sluice-Advice";

    private SluiceHeaders() {}
}
