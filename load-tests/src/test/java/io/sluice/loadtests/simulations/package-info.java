/** The load: who arrives when, and what must hold at the end. */
@NullMarked
package io.sluice.loadtests.simulations;

import org.jspecify.annotations.NullMarked;
