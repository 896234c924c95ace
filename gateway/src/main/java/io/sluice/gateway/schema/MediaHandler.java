package io.sluice.gateway.schema;

import org.jspecify.annotations.Nullable;

/**
 * SQL that makes a media type: an aggregate over rows, a function that yields a domain with the media type's name, or
 * PostGIS' function that makes a GeoJSON feature of a row.
 *
 * @param target the table whose rows it takes, or the function; null for an aggregate over rows of any kind
 * @param mediaType what a client asks for, in lower case; {@code *}{@code /*} for anything
 * @param contentType what it is answered with
 * @param function the aggregate, or what makes a feature; null where the target's value is the answer already
 * @param each whether it makes something of each row
 */
public record MediaHandler(
        @Nullable QualifiedName target,
        String mediaType,
        String contentType,
        @Nullable QualifiedName function,
        boolean each) {

    /** Answers whatever is asked for. */
    static final String ANY = "*/*";
}
