package io.sluice.gateway.query;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Schema;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** What is said about requests that do not fit the schema, in PostgREST's words where it has them. */
public final class QueryErrors {

    private QueryErrors() {}

    /** No such table or view. */
    public static ApiException unknownTable(Schema schema, QualifiedName name) {
        String nearest = NearestName.of(name.name(), schema.tableNames(name.schema()), NearestName.CLOSE);
        return new ApiException(
                HttpStatus.NOT_FOUND,
                "PGRST205",
                "Could not find the table '" + name + "' in the schema cache",
                null,
                nearest == null ? null : "Perhaps you meant the table '" + name.schema() + "." + nearest + "'");
    }

    /** No such column to read or to filter by: what PostgreSQL would say, without asking it. */
    static ApiException unknownColumn(Source source, String column) {
        String nearest = NearestName.of(column, source.columnNames(), NearestName.LOOSE);
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                "42703",
                "column " + source.name().name() + "." + column + " does not exist",
                null,
                nearest == null ? null : hint(source, nearest));
    }

    private static String hint(Source source, String column) {
        return "Perhaps you meant to reference the column \"" + source.name().name() + "." + column + "\".";
    }

    /** No such column to write. */
    static ApiException unknownTarget(String table, String column) {
        String message = "Could not find the '" + column + "' column of '" + table + "' in the schema cache";
        return badRequest("PGRST204", message, null, null);
    }

    static ApiException notEmbedded(String name) {
        return badRequest(
                "PGRST108",
                "'" + name + "' is not an embedded resource in this request",
                null,
                "Verify that '" + name + "' is included in the 'select' query parameter.");
    }

    static ApiException relatedOrderNotToOne(String origin, String target) {
        return badRequest(
                "PGRST118",
                "A related order on '" + target + "' is not possible",
                "'" + origin + "' and '" + target + "' do not form a many-to-one or one-to-one relationship",
                null);
    }

    static ApiException badEmbedFilter(String target) {
        return badRequest(
                "PGRST120",
                "Bad operator on the '" + target + "' embedded resource",
                "Only is null or not is null filters are allowed on embedded resources",
                null);
    }

    static ApiException aggregatesNotAllowed() {
        return badRequest("PGRST123", "Use of aggregate functions is not allowed", null, null);
    }

    static ApiException aggregatesOfMany() {
        return badRequest(
                "PGRST127",
                "Feature not implemented",
                "Aggregates are not implemented for one-to-many or many-to-many spreads.",
                null);
    }

    /** A page that cannot be. */
    public static ApiException unsatisfiableRange(String details) {
        return new ApiException(
                HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                "PGRST103",
                "Requested range not satisfiable",
                details,
                null);
    }

    private static ApiException badRequest(
            String code, String message, @Nullable String details, @Nullable String hint) {
        return new ApiException(HttpStatus.BAD_REQUEST, code, message, details, hint);
    }
}
