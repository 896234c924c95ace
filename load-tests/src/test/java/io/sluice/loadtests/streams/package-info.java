/** Readers of streams that Gatling cannot play: those that read slowly and those that go away. */
@NullMarked
package io.sluice.loadtests.streams;

import org.jspecify.annotations.NullMarked;
