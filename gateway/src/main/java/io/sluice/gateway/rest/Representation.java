package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.query.RowShape;
import io.sluice.gateway.stream.RowFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * The form that a client wants rows in.
 *
 * @param stripped whether members that are null are left out
 * @param contentType the header of the answer
 */
record Representation(RowFormat format, boolean stripped, String contentType) {

    private static final String CHARSET = "; charset=utf-8";

    /** The best of an {@code Accept} header; JSON where there is none. */
    static Representation of(List<String> accept) {
        for (MediaType type : wanted(accept)) {
            Representation representation = of(type);
            if (representation != null) {
                return representation;
            }
        }
        throw new ApiException(
                HttpStatus.NOT_ACCEPTABLE,
                "PGRST107",
                "None of these media types are available: " + String.join(", ", accept),
                null,
                null);
    }

    private static List<MediaType> wanted(List<String> accept) {
        List<MediaType> types = new ArrayList<>();
        for (String header : accept) {
            for (String element : header.split(",", -1)) {
                add(element.trim(), types);
            }
        }
        if (types.isEmpty()) {
            return List.of(MediaType.ALL);
        }
        types.sort(Comparator.comparingDouble(MediaType::getQualityValue).reversed());
        return types;
    }

    /** What is no media type at all cannot be available either. */
    private static void add(String element, List<MediaType> types) {
        // Some clients end the parameter list with a semicolon.
        String type = element.endsWith(";") ? element.substring(0, element.length() - 1) : element;
        try {
            types.add(MediaType.parseMediaType(type));
        } catch (InvalidMediaTypeException e) {
            types.add(new MediaType("x-invalid", "x-invalid"));
        }
    }

    private static @Nullable Representation of(MediaType type) {
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
            default -> null;
        };
    }

    /** How rows have to leave the database. */
    RowShape shape() {
        if (stripped) {
            return RowShape.STRIPPED_OBJECT;
        }
        return format.json() ? RowShape.COLUMNS : RowShape.TEXT;
    }

    /** What writes them. */
    RowFormat writer() {
        if (!stripped) {
            return format;
        }
        return format == RowFormat.JSON_OBJECT ? RowFormat.JSON_SINGLE_VALUE : RowFormat.JSON_VALUES;
    }

    /** Whether rows should reach the client as soon as they are there. */
    boolean eager() {
        return format == RowFormat.NDJSON || format == RowFormat.SSE;
    }
}
