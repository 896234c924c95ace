/** Many reads of one row become few reads of many rows. */
@NullMarked
package io.sluice.routing.batch;

import org.jspecify.annotations.NullMarked;
