package io.sluice.gateway.rest;

import java.net.URI;
import java.util.Arrays;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * One request of a list.
 *
 * @param uri path and query below {@code /rest/v1}
 * @param from where its body begins in the list's bytes
 * @param to where it ends; the same where there is none
 */
record Part(HttpMethod method, URI uri, HttpHeaders headers, int from, int to) {

    byte[] body(byte[] list) {
        return Arrays.copyOfRange(list, from, to);
    }

    /** How a client finds it again. */
    String name(int index) {
        return "request " + index + " (" + method + " " + uri.getRawSchemeSpecificPart() + ")";
    }
}
