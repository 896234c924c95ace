/** Short reads that were planned before: answered on their connection, without the web framework. */
@NullMarked
package io.sluice.gateway.fastpath;

import org.jspecify.annotations.NullMarked;
