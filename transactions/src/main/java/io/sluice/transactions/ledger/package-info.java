/** Double-entry accounts and transfers: a pure engine that decides, SQL that records, natural batches between. */
@NullMarked
package io.sluice.transactions.ledger;

import org.jspecify.annotations.NullMarked;
