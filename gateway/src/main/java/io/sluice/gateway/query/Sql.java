package io.sluice.gateway.query;

import java.util.List;

/**
 * A statement: its text with {@code $1}, {@code $2} ..., and the values for them in PostgreSQL's text form. The values
 * are sent without a type, so that PostgreSQL takes the type from where they stand and parses them itself.
 */
public record Sql(String text, List<String> binds) {

    public Sql {
        binds = List.copyOf(binds);
    }
}
