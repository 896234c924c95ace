/** The API as an OpenAPI 3.1 document, made of the schema and of what a role may do. */
@NullMarked
package io.sluice.gateway.openapi;

import org.jspecify.annotations.NullMarked;
