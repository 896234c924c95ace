/** What Sluice adds to HTTP: its own headers and the consistency token on every request. */
@NullMarked
package io.sluice.gateway.http;

import org.jspecify.annotations.NullMarked;
