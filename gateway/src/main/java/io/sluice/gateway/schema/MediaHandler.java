package io.sluice.gateway.schema;

import org.jspecify.annotations.Nullable;

/**
 * SQL that makes a media type: an aggregate over rows, or a function that yields a domain with the media type's name.
 *
 * @param target the table whose rows it takes, or the function; null for an aggregate over rows of any kind
 * @param mediaType what a client asks for, in lower case; {@code *}{@code /*} for anything
 * @param contentType what it is answered with
 * @param aggregate null where the function's value is the answer already
 */
public record MediaHandler(
        @Nullable QualifiedName target,
        String mediaType,
        String contentType,
        @Nullable QualifiedName aggregate) {

    /** Answers whatever is asked for. */
    static final String ANY = "*/*";
}
