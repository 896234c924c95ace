package io.sluice.routing.wire;

/** The types that parameters of a {@link WireStatement} can have. */
public enum WireType {
    TEXT(25, 0),
    /** {@code text[]}. */
    TEXTS(1009, 25),
    /** {@code uuid[]}. */
    UUIDS(2951, 2950),
    /** {@code bigint[]}. */
    LONGS(1016, 20),
    /** {@code int[]}. */
    INTS(1007, 23),
    /** {@code tid[]}. */
    PLACES(1010, 27);

    private final int oid;
    private final int elementOid;

    WireType(int oid, int elementOid) {
        this.oid = oid;
        this.elementOid = elementOid;
    }

    /** The server's number of this type. */
    public int oid() {
        return oid;
    }

    int elementOid() {
        return elementOid;
    }
}
