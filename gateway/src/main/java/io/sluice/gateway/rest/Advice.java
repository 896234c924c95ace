package io.sluice.gateway.rest;

import io.sluice.gateway.diagnose.OneByOne;
import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.gateway.query.ApiQuery;
import io.sluice.gateway.query.Condition;
import io.sluice.gateway.query.Filter;
import io.sluice.gateway.query.Filter.Comparison;
import io.sluice.gateway.query.Filter.Operator;
import io.sluice.gateway.schema.Relationship;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.Table;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Tells clients what they could do better, in a header beside the answer. */
@Component
final class Advice {

    private final OneByOne reads;

    Advice(OneByOne reads) {
        this.reads = reads;
    }

    /** Looks at a read of a table; yields what others that differ in the value are looked at with, null for nothing. */
    @Nullable
    Watched look(ServerRequest request, Asked asked, Schema schema, Table table) {
        Filter filter = onlyEquality(asked.query());
        if (filter == null || SharedTransaction.has(request)) {
            return null;
        }
        String column = filter.field().name();
        Watched watched =
                new Watched(reads, asked.path(request), table.name().name(), column, parent(schema, table, column));
        String advice = watched.advice(client(request), ((Comparison) filter.operation()).value());
        if (advice != null) {
            request.exchange().getResponse().getHeaders().set(SluiceHeaders.ADVICE, advice);
        }
        return watched;
    }

    /** Reads of a table by a column, whatever the value. */
    record Watched(
            OneByOne reads,
            String path,
            String table,
            String column,
            @Nullable String parent) {

        @Nullable
        String advice(String client, String value) {
            return reads.advice(new OneByOne.Read(client, path, table, column, value, parent));
        }
    }

    private static @Nullable Filter onlyEquality(ApiQuery query) {
        return query.conditions().size() == 1
                        && query.conditions().get(0).path().isEmpty()
                        && query.conditions().get(0).value() instanceof Condition.Leaf leaf
                        && !leaf.filter().negated()
                        && leaf.filter().field().path().isEmpty()
                        && leaf.filter().operation() instanceof Comparison comparison
                        && comparison.operator() == Operator.EQ
                        && comparison.quantifier() == null
                ? leaf.filter()
                : null;
    }

    /** Behind one address there may be many: who has a token of its own is somebody else. */
    private static String client(ServerRequest request) {
        String token = request.headers().firstHeader("Authorization");
        String address = request.remoteAddress()
                .map(remote -> remote.getAddress() == null
                        ? remote.getHostString()
                        : remote.getAddress().getHostAddress())
                .orElse("");
        return token == null ? address : address + "#" + token.hashCode();
    }

    private static @Nullable String parent(Schema schema, Table table, String column) {
        for (Relationship relationship : schema.relationships(table.name())) {
            if (relationship instanceof Relationship.Key key
                    && key.cardinality() == Relationship.Cardinality.MANY_TO_ONE
                    && key.pairs().size() == 1
                    && key.pairs().get(0).column().equals(column)
                    && key.foreign().schema().equals(table.name().schema())) {
                return key.foreign().name();
            }
        }
        return null;
    }
}
