package io.sluice.gateway.fastpath;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.sluice.gateway.error.ErrorAnswer;
import io.sluice.gateway.fastpath.KnownReads.Match;
import io.sluice.gateway.fastpath.ShortRead.ShortAnswer;
import io.sluice.gateway.fastpath.ShortWrite.WriteAnswer;
import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.gateway.text.EntityTag;
import org.jspecify.annotations.Nullable;

/** Answers with the headers that the framework's have. */
final class Answers {

    /** What a cache has to compare besides the URL: of every answer, and of reads. */
    private static final AsciiString[] BY_ORIGIN = {
        AsciiString.cached("Origin"),
        AsciiString.cached("Access-Control-Request-Method"),
        AsciiString.cached("Access-Control-Request-Headers")
    };

    private static final AsciiString[] BY_WISH = {
        AsciiString.cached("Accept, Accept-Profile, Prefer, Range"), AsciiString.cached("Accept-Encoding")
    };

    private static final AsciiString VARY_NAME = AsciiString.cached("Vary");
    private static final AsciiString NODE = AsciiString.cached(SluiceHeaders.NODE);
    private static final AsciiString ADVICE = AsciiString.cached(SluiceHeaders.ADVICE);
    private static final AsciiString PROFILE = AsciiString.cached("Content-Profile");
    private static final AsciiString LOCATION = AsciiString.cached("Content-Location");
    private static final AsciiString RANGE = AsciiString.cached("Content-Range");
    private static final AsciiString TYPE = AsciiString.cached("Content-Type");
    private static final AsciiString LENGTH = AsciiString.cached("Content-Length");
    private static final AsciiString TAG = AsciiString.cached("ETag");

    /** What is written here was checked where it was made. */
    private static final DefaultHttpHeadersFactory HEADERS =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private Answers() {}

    static FullHttpResponse of(Match match, ShortAnswer found, @Nullable String advice, ByteBufAllocator buffers) {
        byte[] body = found.body();
        HttpHeaders headers = HEADERS.newHeaders();
        vary(headers, BY_ORIGIN);
        vary(headers, BY_WISH);
        if (advice != null) {
            headers.add(ADVICE, advice);
        }
        if (match.known().profile() != null) {
            headers.add(PROFILE, match.known().profile());
        }
        headers.add(LOCATION, match.known().location().around(match.value()));
        headers.add(NODE, found.node());
        headers.add(RANGE, found.range());
        headers.add(TYPE, match.known().contentType());
        headers.add(LENGTH, Integer.toString(body.length));
        headers.add(TAG, EntityTag.of(body, 0, body.length));
        return response(HttpResponseStatus.OK, headers, body, buffers);
    }

    static FullHttpResponse of(WriteAnswer done, ByteBufAllocator buffers) {
        HttpHeaders headers = HEADERS.newHeaders();
        vary(headers, BY_ORIGIN);
        done.shownHeaders().forEach(headers::add);
        headers.add(LENGTH, Integer.toString(done.body().length));
        return response(HttpResponseStatus.valueOf(done.status()), headers, done.body(), buffers);
    }

    static FullHttpResponse ofRead(ErrorAnswer refusal, ByteBufAllocator buffers) {
        HttpHeaders headers = new DefaultHttpHeaders();
        vary(headers, BY_ORIGIN);
        vary(headers, BY_WISH);
        return of(refusal, headers, buffers);
    }

    static FullHttpResponse ofWrite(ErrorAnswer refusal, ByteBufAllocator buffers) {
        HttpHeaders headers = new DefaultHttpHeaders();
        vary(headers, BY_ORIGIN);
        return of(refusal, headers, buffers);
    }

    private static FullHttpResponse of(ErrorAnswer refusal, HttpHeaders headers, ByteBufAllocator buffers) {
        refusal.headers().forEach(headers::set);
        headers.set(LENGTH, Integer.toString(refusal.body().length));
        return response(HttpResponseStatus.valueOf(refusal.status()), headers, refusal.body(), buffers);
    }

    private static void vary(HttpHeaders headers, AsciiString[] by) {
        for (AsciiString vary : by) {
            headers.add(VARY_NAME, vary);
        }
    }

    private static FullHttpResponse response(
            HttpResponseStatus status, HttpHeaders headers, byte[] body, ByteBufAllocator buffers) {
        ByteBuf content = buffers.directBuffer(body.length).writeBytes(body);
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content, headers, EmptyHttpHeaders.INSTANCE);
    }
}
