package io.sluice.gateway.query;

/**
 * Whether the rows before a page is cut out are counted.
 *
 * @param most how many are counted at most; one more tells that there are more
 */
public record Count(long most) {

    /** Nobody asked. */
    public static final Count NONE = new Count(-1);

    /** Every one. */
    public static final Count ALL = new Count(Long.MAX_VALUE);

    boolean wanted() {
        return most >= 0;
    }

    boolean limited() {
        return most < Long.MAX_VALUE;
    }
}
