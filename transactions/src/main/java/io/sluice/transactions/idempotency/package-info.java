/** Answers that are kept in the transaction of their work, so that a repeated request is answered and not done again. */
@NullMarked
package io.sluice.transactions.idempotency;

import org.jspecify.annotations.NullMarked;
