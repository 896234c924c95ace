/** The deployment under test before the load starts: is it there, which rows and accounts does it have. */
@NullMarked
package io.sluice.loadtests.deployment;

import org.jspecify.annotations.NullMarked;
