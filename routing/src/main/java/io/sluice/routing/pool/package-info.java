/** One bounded pool per node, and the hygiene that makes a connection fit for its next user. */
@NullMarked
package io.sluice.routing.pool;

import org.jspecify.annotations.NullMarked;
