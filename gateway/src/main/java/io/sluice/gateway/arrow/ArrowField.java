package io.sluice.gateway.arrow;

/**
 * A column of an Arrow stream. All of them may be null.
 *
 * @param oid the type that the server is expected to announce; where it announces another, the column is text
 */
public record ArrowField(String name, long oid, ArrowType type) {}
