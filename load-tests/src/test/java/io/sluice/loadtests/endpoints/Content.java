package io.sluice.loadtests.endpoints;

import static io.gatling.javaapi.core.CoreDsl.bodyString;

import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.Session;
import io.sluice.loadtests.checks.ContentException;
import java.util.concurrent.atomic.LongAdder;

/** Checks of a whole body by code that throws when something is wrong. */
public final class Content {

    /** Throws when the body is not what the session makes one expect. */
    public interface Verification {
        void verify(String body, Session session);
    }

    private static final LongAdder WRONG = new LongAdder();

    private Content() {}

    /** Answers of this run that had the right status and wrong content: no fault excuses one. */
    public static long wrongCount() {
        return WRONG.sum();
    }

    static CheckBuilder.Final check(String name, Verification verification) {
        return bodyString()
                .validate(name, (body, session) -> {
                    try {
                        verification.verify(body, session);
                        return body;
                    } catch (ContentException e) {
                        WRONG.increment();
                        throw e;
                    }
                })
                .logActualValueInError(false);
    }
}
