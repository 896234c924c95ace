package io.sluice.loadtests.endpoints;

import static io.gatling.javaapi.core.CoreDsl.bodyString;

import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.Session;

/** Checks of a whole body by code that throws when something is wrong. */
public final class Content {

    /** Throws when the body is not what the session makes one expect. */
    public interface Verification {
        void verify(String body, Session session);
    }

    private Content() {}

    static CheckBuilder.Final check(String name, Verification verification) {
        return bodyString()
                .validate(name, (body, session) -> {
                    verification.verify(body, session);
                    return body;
                })
                .logActualValueInError(false);
    }
}
