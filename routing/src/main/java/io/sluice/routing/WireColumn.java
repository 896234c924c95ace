package io.sluice.routing;

/**
 * A column as the server announces it.
 *
 * @param type the oid of its type
 */
public record WireColumn(String name, int type) {}
