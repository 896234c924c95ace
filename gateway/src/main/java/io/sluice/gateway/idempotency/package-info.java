/** The header {@code Idempotency-Key}: whose key it is, what it covers, where one is required. */
@NullMarked
package io.sluice.gateway.idempotency;

import org.jspecify.annotations.NullMarked;
