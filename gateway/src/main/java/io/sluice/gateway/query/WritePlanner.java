package io.sluice.gateway.query;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.query.ApiQuery.At;
import io.sluice.gateway.query.Filter.Comparison;
import io.sluice.gateway.query.Filter.Operator;
import io.sluice.gateway.query.WritePlan.Conflict;
import io.sluice.gateway.query.WritePlan.Kind;
import io.sluice.gateway.query.WritePlan.Shape;
import io.sluice.gateway.schema.Column;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Query, body and schema to a plan of a write. */
public final class WritePlanner {

    private final Schema schema;
    private final PlanLimits limits;
    private final Table table;
    private final ApiQuery query;

    /** A planner for one request. */
    public WritePlanner(Schema schema, PlanLimits limits, Table table, ApiQuery query) {
        this.schema = schema;
        // A write shows what it wrote, however much that is.
        this.limits = new PlanLimits(limits.schemas(), null, limits.aggregates(), limits.plans());
        this.table = table;
        this.query = query;
        if (query.after() != null) {
            // It would write everything else.
            throw KeysetPlanner.refusal("'after' begins a page of a read", "Leave it out of a write.");
        }
    }

    /** What comes back of the rows that were written. */
    public enum Wanted {
        NOTHING,
        KEY,
        ROWS
    }

    /** A body and what is known about it. */
    public record Body(String json, Shape shape, Collection<String> columns) {}

    /** {@code POST}; {@code merge} tells what to do with rows that exist, null to fail on them. */
    public WritePlan insert(Body body, boolean defaults, @Nullable Boolean merge, Wanted wanted) {
        List<String> target = query.onConflict() == null ? table.primaryKey() : query.onConflict();
        Conflict conflict = merge == null || target.isEmpty() ? null : new Conflict(target, merge);
        return plan(Kind.INSERT, body, defaults, conflict, List.of(), wanted);
    }

    /** {@code PUT}: one row, named by its primary key; {@code create} where it must not be there yet. */
    public WritePlan put(Body body, boolean create, Wanted wanted) {
        if (query.pages().stream().anyMatch(page -> page.path().isEmpty())) {
            throw new ApiException(
                    HttpStatus.BAD_REQUEST,
                    "PGRST114",
                    "limit/offset querystring parameters are not allowed for PUT",
                    null,
                    null);
        }
        if (!namesOneRow()) {
            throw new ApiException(
                    HttpStatus.METHOD_NOT_ALLOWED,
                    "PGRST105",
                    "Filters must include all and only primary key columns with 'eq' operators",
                    null,
                    null);
        }
        return plan(Kind.INSERT, body, false, new Conflict(table.primaryKey(), !create), rootPredicates(), wanted);
    }

    /** {@code PATCH}. */
    public WritePlan update(Body body, boolean defaults, Wanted wanted) {
        return plan(Kind.UPDATE, body, defaults, null, rootPredicates(), wanted);
    }

    /**
     * {@code PATCH} where every row of the body changes the row that has its key: the columns of {@code on_conflict}, or
     * the primary key.
     */
    public WritePlan updateByKey(Body body, boolean defaults, Wanted wanted) {
        List<String> key = query.onConflict() == null ? table.primaryKey() : query.onConflict();
        if (!isKey(key)) {
            throw byKeyRefusal(
                    "'" + table.name().name() + "' has no key (" + String.join(", ", key) + ")",
                    "Name the columns of the primary key, or of a unique one, with on_conflict.");
        }
        for (String column : key) {
            if (!body.columns().contains(column)) {
                throw byKeyRefusal("The rows lack the key column '" + column + "'", "Send it in every row.");
            }
        }
        if (key.containsAll(body.columns())) {
            throw byKeyRefusal("The rows hold nothing but their key", "Send the columns to change, too.");
        }
        return plan(Kind.UPDATE, body, defaults, null, key, rootPredicates(), wanted);
    }

    private boolean isKey(List<String> columns) {
        Set<String> wanted = Set.copyOf(columns);
        return !wanted.isEmpty()
                && (wanted.equals(Set.copyOf(table.primaryKey()))
                        || table.uniqueKeys().stream().anyMatch(key -> wanted.equals(Set.copyOf(key))));
    }

    private static ApiException byKeyRefusal(String message, String hint) {
        return new ApiException(HttpStatus.BAD_REQUEST, "SLUICE113", message, null, hint);
    }

    /** {@code DELETE}. */
    public WritePlan delete(Wanted wanted) {
        return plan(Kind.DELETE, new Body("", Shape.OBJECT, List.of()), false, null, rootPredicates(), wanted);
    }

    /**
     * The one row that the filters name, as a read of the same URL shows it.
     *
     * <p>Errors: {@code ApiException} 400 where the filters name no key.
     */
    public ReadPlan current() {
        if (!namesAtMostOneRow()) {
            throw new ApiException(
                    HttpStatus.BAD_REQUEST,
                    "SLUICE112",
                    "If-Match needs a filter that names one row",
                    null,
                    "Filter by all columns of the primary key, or of a unique key, with eq.");
        }
        ApiQuery read = new ApiQuery(
                query.select(),
                query.conditions(),
                query.orders(),
                query.pages().stream().filter(part -> !part.path().isEmpty()).toList(),
                null,
                null,
                null,
                List.of());
        return ReadPlanner.plan(read, Source.of(table, schema.computedColumns(table)), schema, limits);
    }

    private boolean namesAtMostOneRow() {
        Set<String> named = query.conditions().stream()
                .filter(WritePlanner::isEquality)
                .map(condition ->
                        ((Condition.Leaf) condition.value()).filter().field().name())
                .collect(Collectors.toSet());
        return (!table.primaryKey().isEmpty() && named.containsAll(table.primaryKey()))
                || table.uniqueKeys().stream().anyMatch(named::containsAll);
    }

    private static boolean isEquality(At<Condition> condition) {
        return condition.path().isEmpty()
                && condition.value() instanceof Condition.Leaf leaf
                && !leaf.filter().negated()
                && leaf.filter().field().path().isEmpty()
                && leaf.filter().operation() instanceof Comparison comparison
                && comparison.operator() == Operator.EQ
                && comparison.quantifier() == null;
    }

    private boolean namesOneRow() {
        Set<String> named = new HashSet<>();
        for (At<Condition> condition : query.conditions()) {
            boolean equals = isEquality(condition)
                    && condition.value() instanceof Condition.Leaf leaf
                    && named.add(leaf.filter().field().name());
            if (!equals) {
                return false;
            }
        }
        return !named.isEmpty() && named.equals(new HashSet<>(table.primaryKey()));
    }

    private WritePlan plan(
            Kind kind,
            Body body,
            boolean defaults,
            @Nullable Conflict conflict,
            List<Predicate> conditions,
            Wanted wanted) {
        return plan(kind, body, defaults, conflict, List.of(), conditions, wanted);
    }

    private WritePlan plan(
            Kind kind,
            Body body,
            boolean defaults,
            @Nullable Conflict conflict,
            List<String> matching,
            List<Predicate> conditions,
            Wanted wanted) {
        ReadPlan representation = wanted == Wanted.ROWS ? representation() : null;
        return new WritePlan(
                kind,
                table,
                columns(body.columns()),
                body.json(),
                body.shape(),
                defaults,
                conflict,
                matching,
                conditions,
                representation == null ? written(wanted) : Returning.columns(table, representation),
                representation == null ? List.of() : Returning.computed(table, representation),
                representation,
                wanted == Wanted.KEY && !table.primaryKey().isEmpty());
    }

    private List<String> written(Wanted wanted) {
        return wanted == Wanted.KEY ? table.primaryKey() : List.of();
    }

    private List<Column> columns(Collection<String> names) {
        List<Column> columns = new ArrayList<>();
        for (String name : new LinkedHashSet<>(names)) {
            Column column = table.column(name);
            if (column == null) {
                throw QueryErrors.unknownTarget(table.name().name(), name);
            }
            columns.add(column);
        }
        return columns;
    }

    /** Filters of the root choose the rows to write; what is written is shown whole, in the order asked for. */
    private ReadPlan representation() {
        ApiQuery shown = new ApiQuery(
                query.select(),
                query.conditions().stream()
                        .filter(part -> !part.path().isEmpty())
                        .toList(),
                query.orders(),
                query.pages().stream().filter(part -> !part.path().isEmpty()).toList(),
                null,
                null,
                null,
                List.of());
        return ReadPlanner.plan(shown, Source.returned(table, schema.computedColumns(table)), schema, limits);
    }

    private List<Predicate> rootPredicates() {
        return ReadPlanner.predicates(
                query.conditions().stream()
                        .filter(part -> part.path().isEmpty())
                        .map(At::value)
                        .toList(),
                Source.of(table, schema.computedColumns(table)));
    }
}
