package io.sluice.gateway.query;

import io.sluice.gateway.query.ReadPlan.Child;
import java.util.List;

/** What rows have to meet, as it stands behind {@code WHERE}. */
final class ConditionSql {

    private final SqlBuilder out;
    private final FilterSql filters;
    private final KeysetSql keysets;
    private final EmbedSql embeds;

    ConditionSql(SqlBuilder out, FilterSql filters, KeysetSql keysets, EmbedSql embeds) {
        this.out = out;
        this.filters = filters;
        this.keysets = keysets;
        this.embeds = embeds;
    }

    /** @param children what is embedded beside it and may be asked for */
    void condition(Source source, String alias, List<Child> children, Predicate predicate) {
        if (predicate instanceof Predicate.Test test) {
            filters.filter(source, alias, test.filter());
        } else if (predicate instanceof Predicate.Related related) {
            embeds.exists(children.get(related.child()), related.exists());
        } else if (predicate instanceof Predicate.Behind behind) {
            keysets.behind(source, alias, behind.keyset());
        } else if (predicate instanceof Predicate.Keyed keyed) {
            out.column(alias, keyed.column()).sql(" = ").column(KeyedPlan.KEYS, KeyedPlan.KEY);
        } else if (predicate instanceof Predicate.Group group) {
            out.sql(group.negated() ? "NOT (" : "(");
            String glue = "";
            for (Predicate inner : group.predicates()) {
                out.sql(glue);
                condition(source, alias, children, inner);
                glue = group.connective() == Condition.Connective.AND ? " AND " : " OR ";
            }
            out.sql(")");
        }
    }
}
