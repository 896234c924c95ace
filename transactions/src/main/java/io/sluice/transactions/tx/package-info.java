/** Transactions whose limits reach the server, that are retried as a whole and say when their outcome is unknown. */
@NullMarked
package io.sluice.transactions.tx;

import org.jspecify.annotations.NullMarked;
