/** Real faults on a schedule: a cluster and a gateway of the run's own, as processes that can be killed. */
@NullMarked
package io.sluice.loadtests.chaos;

import org.jspecify.annotations.NullMarked;
