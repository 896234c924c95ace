/** Rows in: an upload of any size, in bounded memory, as batches into COPY, with an answer for each batch. */
@NullMarked
package io.sluice.gateway.ingest;

import org.jspecify.annotations.NullMarked;
