/** What happens before the first request: which servers, are they there, demo data, the greeting. */
@NullMarked
package io.sluice.gateway.start;

import org.jspecify.annotations.NullMarked;
