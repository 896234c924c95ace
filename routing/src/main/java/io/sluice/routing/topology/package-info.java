/** The servers of a cluster and what is known about each of them. */
@NullMarked
package io.sluice.routing.topology;

import org.jspecify.annotations.NullMarked;
