package io.sluice.gateway.stream;

import io.sluice.gateway.text.Output;
import org.jspecify.annotations.Nullable;

/** What the answer around the rows is told. Before the first byte, or at a stalled client's end. */
interface AnswerHead {

    /** The answer fits one buffer, and here it is. */
    void whole(Output out);

    /** The answer will not fit one buffer; how it is packed, null for not at all. The same in every run. */
    @Nullable
    Packing begin();

    /** Nobody reads any more. */
    void hangUp();
}
