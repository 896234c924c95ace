package io.sluice.gateway.rest;

import io.sluice.gateway.http.SluiceHeaders;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/** Status and headers of an answer. */
record Head(HttpStatusCode status, HttpHeaders headers) {

    /** 200, the node that answered, and which preferences were honoured. */
    static Head from(String node, Preferences preferences, String... applicable) {
        Head head = new Head(HttpStatus.OK, new HttpHeaders());
        head.headers.set(SluiceHeaders.NODE, node);
        StringJoiner applied = new StringJoiner(", ");
        for (String key : applicable) {
            String value = preferences.get(key);
            if (value != null) {
                applied.add(key + "=" + value);
            }
        }
        return head.header("Preference-Applied", applied.length() == 0 ? null : applied.toString());
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
