/** Notices what clients could do better, and says how. */
@NullMarked
package io.sluice.gateway.diagnose;

import org.jspecify.annotations.NullMarked;
