/** Who calls: tokens and the database role that they name. Authorization itself is PostgreSQL's. */
@NullMarked
package io.sluice.gateway.security;

import org.jspecify.annotations.NullMarked;
