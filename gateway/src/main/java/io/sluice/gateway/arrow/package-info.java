/** Apache Arrow's streaming format, written from PostgreSQL's text format. */
@NullMarked
package io.sluice.gateway.arrow;

import org.jspecify.annotations.NullMarked;
