/** Bytes being written: a growing array and the escapes of JSON. */
@NullMarked
package io.sluice.gateway.text;

import org.jspecify.annotations.NullMarked;
