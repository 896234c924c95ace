/** How fresh a read must be: WAL positions, tokens that carry them, levels that ask for them. */
@NullMarked
package io.sluice.routing.consistency;

import org.jspecify.annotations.NullMarked;
