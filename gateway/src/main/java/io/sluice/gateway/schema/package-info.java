/** What the database holds: tables, views, keys, functions, read from the catalog once and kept as one value. */
@NullMarked
package io.sluice.gateway.schema;

import org.jspecify.annotations.NullMarked;
