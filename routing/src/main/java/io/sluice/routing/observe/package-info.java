/** What the router tells about itself: events as values, and where they go. */
@NullMarked
package io.sluice.routing.observe;

import org.jspecify.annotations.NullMarked;
