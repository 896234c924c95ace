/** What a run leaves beside Gatling's report: throughput and latency over time, the knee of a ramp. */
@NullMarked
package io.sluice.loadtests.report;

import org.jspecify.annotations.NullMarked;
