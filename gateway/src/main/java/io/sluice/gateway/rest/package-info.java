/** {@code /rest/v1}: PostgREST's language over HTTP. */
@NullMarked
package io.sluice.gateway.rest;

import org.jspecify.annotations.NullMarked;
