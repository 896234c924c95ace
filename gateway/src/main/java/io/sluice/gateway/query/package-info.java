/** From a query string to SQL: grammar, plan, text and binds. Pure values, no I/O. */
@NullMarked
package io.sluice.gateway.query;

import org.jspecify.annotations.NullMarked;
