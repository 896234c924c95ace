/** Journeys made of endpoints; they know no load. */
@NullMarked
package io.sluice.loadtests.scenarios;

import org.jspecify.annotations.NullMarked;
