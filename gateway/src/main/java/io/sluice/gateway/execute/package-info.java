/** Runs statements: binds, the frame before the rows, transactions with their settings. */
@NullMarked
package io.sluice.gateway.execute;

import org.jspecify.annotations.NullMarked;
