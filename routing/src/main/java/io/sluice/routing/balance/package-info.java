/** Which of several fit nodes gets the next request. */
@NullMarked
package io.sluice.routing.balance;

import org.jspecify.annotations.NullMarked;
