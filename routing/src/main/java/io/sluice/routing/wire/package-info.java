/** Statements whose values travel in PostgreSQL's binary format, several in one message. */
@NullMarked
package io.sluice.routing.wire;

import org.jspecify.annotations.NullMarked;
