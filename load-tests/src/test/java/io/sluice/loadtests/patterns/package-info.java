/** What texts on database patterns claim, measured on the reader's own machine. Speaks to PostgreSQL itself. */
@NullMarked
package io.sluice.loadtests.patterns;

import org.jspecify.annotations.NullMarked;
