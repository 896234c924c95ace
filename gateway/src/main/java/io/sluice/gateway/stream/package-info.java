/** Rows out: from the bytes of PostgreSQL's wire to the bytes of the socket, in flat memory. */
@NullMarked
package io.sluice.gateway.stream;

import org.jspecify.annotations.NullMarked;
