package io.sluice.gateway.rest;

import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.routing.consistency.ConsistencyToken;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/** Status and headers of an answer. */
record Head(HttpStatusCode status, HttpHeaders headers) {

    /** 200, the node that answered, its position after a write, and which preferences were honoured. */
    static Head from(Outcome outcome, @Nullable String applied) {
        Head head = new Head(HttpStatus.OK, new HttpHeaders());
        ConsistencyToken token = outcome.token();
        return head.header(SluiceHeaders.NODE, outcome.node())
                .header(SluiceHeaders.CONSISTENCY_TOKEN, token == null ? null : token.text())
                .header("Preference-Applied", applied);
    }

    Head status(HttpStatusCode other) {
        return new Head(other, headers);
    }

    Head header(String name, @Nullable String value) {
        if (value != null) {
            headers.set(name, value);
        }
        return this;
    }
}
