/** What a client is told when something went wrong: one body, one status table. */
@NullMarked
package io.sluice.gateway.error;

import org.jspecify.annotations.NullMarked;
