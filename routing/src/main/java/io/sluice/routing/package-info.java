/** Routes R2DBC connections to a PostgreSQL primary and its replicas. */
@NullMarked
package io.sluice.routing;

import org.jspecify.annotations.NullMarked;
