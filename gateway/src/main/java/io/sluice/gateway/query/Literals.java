package io.sluice.gateway.query;

/** Text as a literal of SQL, for the few places that cannot take a bound value. */
public final class Literals {

    private Literals() {}

    /** The literal for {@code value}, whatever is in it and whatever {@code standard_conforming_strings} says. */
    public static String quoted(String value) {
        String doubled = value.replace("'", "''");
        return value.indexOf('\\') < 0 ? "'" + doubled + "'" : " E'" + doubled.replace("\\", "\\\\") + "'";
    }
}
