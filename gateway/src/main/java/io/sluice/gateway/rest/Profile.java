package io.sluice.gateway.rest;

import org.jspecify.annotations.Nullable;

/**
 * The schema that a request is about.
 *
 * @param answered what the answer says about it: nothing where there is only one
 */
record Profile(String schema, @Nullable String answered) {}
