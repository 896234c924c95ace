/** The program: configuration, routes and what happens at start-up. */
@NullMarked
package io.sluice.gateway;

import org.jspecify.annotations.NullMarked;
