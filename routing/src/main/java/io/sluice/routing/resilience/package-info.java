/** Which failures are a node's and which a statement's, and how often a node's may be repaired by trying another. */
@NullMarked
package io.sluice.routing.resilience;

import org.jspecify.annotations.NullMarked;
