package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.stream.RowFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** The form that a client wants rows in. */
record Representation(RowFormat format, MediaType mediaType) {

    private static final MediaType JSON = new MediaType(MediaType.APPLICATION_JSON, StandardCharsets.UTF_8);

    /** The best of an {@code Accept} header; JSON where there is none. */
    static Representation of(List<String> accept) {
        List<MediaType> wanted = wanted(accept);
        for (MediaType type : wanted) {
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
            return new Representation(RowFormat.JSON, JSON);
        }
        RowFormat format = RowFormat.of(type);
        return format == null ? null : new Representation(format, withCharset(format));
    }

    private static MediaType withCharset(RowFormat format) {
        return switch (format) {
            case NDJSON, SSE -> format.mediaType();
            default -> new MediaType(format.mediaType(), StandardCharsets.UTF_8);
        };
    }

    /** Whether rows should reach the client as soon as they are there. */
    boolean eager() {
        return format == RowFormat.NDJSON || format == RowFormat.SSE;
    }
}
