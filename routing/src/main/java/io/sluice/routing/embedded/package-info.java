/** A real PostgreSQL primary with streaming replicas, from Maven-shipped binaries, for trying out and for tests. */
@NullMarked
package io.sluice.routing.embedded;

import org.jspecify.annotations.NullMarked;
