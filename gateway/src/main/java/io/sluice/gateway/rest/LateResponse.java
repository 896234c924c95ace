package io.sluice.gateway.rest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;

/** An answer whose status and headers are known only when it is written; whoever asks before hears of none. */
abstract class LateResponse implements ServerResponse {

    @Override
    public final HttpStatusCode statusCode() {
        return HttpStatus.OK;
    }

    @Override
    public final HttpHeaders headers() {
        return new HttpHeaders();
    }

    @Override
    public final MultiValueMap<String, ResponseCookie> cookies() {
        return new LinkedMultiValueMap<>();
    }
}
