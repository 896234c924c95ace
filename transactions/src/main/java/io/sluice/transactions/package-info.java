/** Money transfers and accounts: the public face of the ledger. */
@NullMarked
package io.sluice.transactions;

import org.jspecify.annotations.NullMarked;
