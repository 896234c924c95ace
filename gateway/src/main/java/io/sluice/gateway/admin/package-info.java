/** What the operator sees on the management port: the servers, their pools, whether the gateway is ready. */
@NullMarked
package io.sluice.gateway.admin;

import org.jspecify.annotations.NullMarked;
