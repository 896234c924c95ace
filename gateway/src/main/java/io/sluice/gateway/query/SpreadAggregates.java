package io.sluice.gateway.query;

import io.sluice.gateway.query.ReadPlan.Hoisted;
import io.sluice.gateway.query.ReadPlan.Named;
import io.sluice.gateway.query.ReadPlan.Output;
import io.sluice.gateway.query.ReadPlan.Spliced;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Takes the aggregates out of a plan whose only row is spread into the row around it: {@code
 * orders?select=status,...customers(credit.sum())} wants one sum for each status.
 *
 * @param plan shows what is to be aggregated, under a name of its own
 */
record SpreadAggregates(ReadPlan plan, List<Hoisted> hoisted) {

    static SpreadAggregates of(ReadPlan plan) {
        if (!plan.aggregates()) {
            return new SpreadAggregates(plan, List.of());
        }
        List<Hoisted> hoisted = new ArrayList<>();
        List<Output> outputs = new ArrayList<>();
        for (Output output : plan.outputs()) {
            if (output instanceof Named named && named.value().aggregate() != null) {
                outputs.add(bare(plan, named, hoisted));
            } else if (output instanceof Spliced spliced) {
                // What came up from below goes further up.
                hoisted.addAll(spliced.hoisted());
                outputs.add(new Spliced(spliced.child(), List.of()));
            } else {
                outputs.add(output);
            }
        }
        return new SpreadAggregates(plan.withOutputs(outputs), hoisted);
    }

    private static Output bare(ReadPlan plan, Named named, List<Hoisted> hoisted) {
        SelectItem.Value value = named.value();
        String column = plan.alias() + "_a" + hoisted.size();
        hoisted.add(
                new Hoisted(column, named.name(), Objects.requireNonNull(value.aggregate()), value.aggregateCast()));
        return value.field().name().equals(Field.ALL)
                ? new ReadPlan.One(column)
                : new Named(new SelectItem.Value(null, value.field(), value.cast(), null, null), column);
    }
}
