package io.sluice.loadtests.endpoints;

import static io.gatling.javaapi.core.CoreDsl.bodyString;

import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import io.sluice.loadtests.checks.ContentException;
import java.util.concurrent.atomic.LongAdder;

/** Checks of a whole body by code that throws when something is wrong. */
public final class Content {

    /** Throws when the body is not what the session makes one expect. */
    public interface Verification {
        void verify(String body, Session session);
    }

    private static final int REFUSED = 422;
    private static final LongAdder WRONG = new LongAdder();

    private Content() {}

    /** Answers of this run that had the right status and wrong content: no fault excuses one. */
    public static long wrongCount() {
        return WRONG.sum();
    }

    /** Verifies the body of an answer whose status says that it has the content that was asked for. */
    static HttpRequestActionBuilder verified(HttpRequestActionBuilder request, String name, Verification verification) {
        return request.checkIf((response, session) -> isAnswer(response.status().code()))
                .then(check(name, verification));
    }

    /** Success, or a refusal by rules that are part of the answer; everything else is an error and has an error body. */
    private static boolean isAnswer(int status) {
        return status / 100 == 2 || status == REFUSED;
    }

    private static CheckBuilder check(String name, Verification verification) {
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
