/** Accounts and transfers over HTTP. */
@NullMarked
package io.sluice.gateway.ledger;

import org.jspecify.annotations.NullMarked;
