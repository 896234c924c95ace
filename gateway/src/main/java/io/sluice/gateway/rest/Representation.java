package io.sluice.gateway.rest;

import io.sluice.gateway.query.RowShape;
import io.sluice.gateway.schema.MediaHandler;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.stream.RowFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/**
 * The form that a client wants rows in.
 *
 * @param stripped whether members that are null are left out
 * @param contentType the header of the answer
 * @param handler what makes a media type that is defined in SQL, null for the others
 * @param explain the wish for a plan instead, null where there is none
 */
record Representation(
        RowFormat format,
        boolean stripped,
        String contentType,
        @Nullable MediaHandler handler,
        @Nullable Explain explain) {

    private static final String CHARSET = "; charset=utf-8";
    private static final Set<String> WITH_CHARSET =
            Set.of("application/json", "application/geo+json", "text/csv", "text/plain", "text/xml");

    private Representation(RowFormat format, boolean stripped, String contentType) {
        this(format, stripped, contentType, null, null);
    }

    /** What is made without help from SQL; null where nothing makes the type. */
    static @Nullable Representation builtIn(MediaType type) {
        if (type.isWildcardType() || (type.isWildcardSubtype() && type.getType().equals("application"))) {
            return new Representation(RowFormat.JSON, false, "application/json" + CHARSET);
        }
        boolean stripped = "stripped".equals(type.getParameter("nulls"));
        String suffix = (stripped ? ";nulls=stripped" : "") + CHARSET;
        return switch (type.getType() + "/" + type.getSubtype()) {
            case "application/json" -> new Representation(RowFormat.JSON, false, "application/json" + CHARSET);
            case "application/vnd.pgrst.array", "application/vnd.pgrst.array+json" ->
                new Representation(
                        RowFormat.JSON,
                        stripped,
                        (stripped ? "application/vnd.pgrst.array+json" : "application/json") + suffix);
            case "application/vnd.pgrst.object", "application/vnd.pgrst.object+json" ->
                new Representation(RowFormat.JSON_OBJECT, stripped, "application/vnd.pgrst.object+json" + suffix);
            case "text/csv", "text/*" -> new Representation(RowFormat.CSV, false, "text/csv" + CHARSET);
            case "application/x-ndjson" -> new Representation(RowFormat.NDJSON, false, "application/x-ndjson");
            case "text/event-stream" -> new Representation(RowFormat.SSE, false, "text/event-stream");
            case "application/vnd.apache.arrow.stream" ->
                new Representation(RowFormat.ARROW, false, "application/vnd.apache.arrow.stream");
            default -> null;
        };
    }

    /** What SQL makes. */
    static Representation defined(MediaHandler handler) {
        String type = handler.contentType();
        return new Representation(
                handler.each() ? RowFormat.GEOJSON : RowFormat.RAW,
                false,
                WITH_CHARSET.contains(type) ? type + CHARSET : type,
                handler,
                null);
    }

    Representation explained(Explain wish) {
        String subject = contentType.endsWith(CHARSET)
                ? contentType.substring(0, contentType.length() - CHARSET.length())
                : contentType;
        return new Representation(format, stripped, wish.contentType(subject), handler, wish);
    }

    /** How rows have to leave the database. */
    RowShape shape() {
        if (handler != null) {
            return shape(handler);
        }
        if (stripped) {
            return RowShape.STRIPPED_OBJECT;
        }
        return format.json() ? RowShape.COLUMNS : RowShape.TEXT;
    }

    private static RowShape shape(MediaHandler handler) {
        QualifiedName function = handler.function();
        if (function == null) {
            return RowShape.TEXT;
        }
        return handler.each() ? new RowShape.Mapped(function) : new RowShape.Aggregated(handler);
    }

    /** What writes them. */
    RowFormat writer() {
        if (!stripped) {
            return format;
        }
        return format == RowFormat.JSON_OBJECT ? RowFormat.JSON_SINGLE_VALUE : RowFormat.JSON_VALUES;
    }

    /** Whether the rows that are written are those of the answer, and not a value made of them or a plan. */
    boolean isOfRows() {
        return (handler == null || handler.each()) && explain == null;
    }

    /** Whether rows should reach the client as soon as they are there. */
    boolean eager() {
        return format == RowFormat.NDJSON || format == RowFormat.SSE;
    }
}
