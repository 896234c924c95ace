package io.sluice.gateway.stream;

import java.util.function.Predicate;

/**
 * One run of a statement, of an answer that may take several.
 *
 * @param tap where its rows come from
 * @param begin what it begins with
 * @param goesOn whether another run follows where this one fails behind a row of its own
 */
record Run(
        RowWriter writer,
        FirstBuffer first,
        AnswerHead head,
        StreamWatch watch,
        Tap tap,
        Begin begin,
        Predicate<Throwable> goesOn) {

    enum Begin {
        /** The whole answer, of which nothing has been sent. */
        FRESH,
        /** The rest of an answer that is on its way. */
        CONTINUED,
        /** What is told where no rest can be had. */
        FAILED
    }
}
