/** Short requests that are known: answered on their connection, without the web framework. */
@NullMarked
package io.sluice.gateway.fastpath;

import org.jspecify.annotations.NullMarked;
