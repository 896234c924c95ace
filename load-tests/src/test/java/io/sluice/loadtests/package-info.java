/** What a load test is told from outside: one immutable configuration. */
@NullMarked
package io.sluice.loadtests;

import org.jspecify.annotations.NullMarked;
