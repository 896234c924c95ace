package io.sluice.routing;

/**
 * A column as the server announces it.
 *
 * @param type the oid of its type
 * @param binary whether its values come in PostgreSQL's binary format, in text otherwise
 */
public record WireColumn(String name, int type, boolean binary) {

    /** A column whose values come as text. */
    public WireColumn(String name, int type) {
        this(name, type, false);
    }
}
