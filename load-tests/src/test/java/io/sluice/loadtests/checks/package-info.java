/** What must be true of the answers, kept apart from Gatling so that it can be tested alone. */
@NullMarked
package io.sluice.loadtests.checks;

import org.jspecify.annotations.NullMarked;
