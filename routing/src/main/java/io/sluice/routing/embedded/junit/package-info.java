/** JUnit tests on a real PostgreSQL: one cluster for all of them, a database for each class. */
@NullMarked
package io.sluice.routing.embedded.junit;

import org.jspecify.annotations.NullMarked;
