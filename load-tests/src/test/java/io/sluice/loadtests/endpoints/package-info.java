/** One class per part of the HTTP surface: requests with the checks of their content. */
@NullMarked
package io.sluice.loadtests.endpoints;

import org.jspecify.annotations.NullMarked;
