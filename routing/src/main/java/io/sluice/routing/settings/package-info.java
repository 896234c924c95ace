/** How settings refuse values that make no sense. */
@NullMarked
package io.sluice.routing.settings;

import org.jspecify.annotations.NullMarked;
