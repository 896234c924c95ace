/** What is sent: keys, rows and ids, drawn without touching the network. */
@NullMarked
package io.sluice.loadtests.data;

import org.jspecify.annotations.NullMarked;
