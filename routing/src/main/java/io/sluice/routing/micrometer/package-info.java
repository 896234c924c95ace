/** Binds the router's figures to Micrometer. Needs micrometer-core. */
@NullMarked
package io.sluice.routing.micrometer;

import org.jspecify.annotations.NullMarked;
