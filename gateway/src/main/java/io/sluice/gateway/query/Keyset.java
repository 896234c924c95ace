package io.sluice.gateway.query;

import io.sluice.gateway.query.OrderTerm.Direction;
import io.sluice.gateway.query.OrderTerm.Nulls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place of a row in an order that no two rows share.
 *
 * @param terms what is ordered by, a key among it
 * @param values where the rows begin: behind the one with these values, in PostgreSQL's text form; null for at the
 *     first row
 */
record Keyset(List<Term> terms, @Nullable List<@Nullable String> values) {

    /** One term, every default written out. */
    record Term(Field field, boolean descending, boolean nullsFirst, boolean nullable) {

        static Term of(OrderTerm term, boolean nullable) {
            boolean descending = term.direction() == Direction.DESC;
            boolean nullsFirst = term.nulls() == null ? descending : term.nulls() == Nulls.FIRST;
            return new Term(term.field(), descending, nullsFirst, nullable);
        }
    }

    /** Whether one comparison of rows says it all, which an index understands. */
    boolean comparesAsRow() {
        return terms.stream()
                .allMatch(term ->
                        !term.nullable() && term.descending() == terms.get(0).descending());
    }
}
