package io.sluice.gateway.fastpath;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Headers of a request that say more about its answer than its line and {@code Accept} do. Requests with one of them are
 * the framework's: who calls, which rows of the whole, what the client has already, how new the answer must be, whether
 * the connection ends with it, and so on.
 */
final class TellingHeaders {

    private static final List<String> NAMES = List.of(
            "authorization",
            "prefer",
            "range",
            "range-unit",
            "accept-profile",
            "content-profile",
            "sluice-consistency-token",
            "idempotency-key",
            "last-event-id",
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
            "if-range",
            "origin",
            "access-control-request-method",
            "access-control-request-headers",
            "transfer-encoding",
            "expect",
            "upgrade",
            "te",
            "trailer",
            "traceparent",
            "tracestate",
            "x-forwarded-prefix",
            "b3");

    /** By hash: names that share one with a name here are taken for it, and answered as well in the other way. */
    private static final IntObjectMap<String> HASHES = hashes();

    private TellingHeaders() {}

    private static IntObjectMap<String> hashes() {
        IntObjectMap<String> hashes = new IntObjectHashMap<>();
        NAMES.forEach(name -> hashes.put(hash(name), name));
        return hashes;
    }

    private static int hash(CharSequence name) {
        return AsciiString.CASE_INSENSITIVE_HASHER.hashCode(name);
    }

    static boolean has(CharSequence name) {
        return HASHES.containsKey(hash(name));
    }

    /** Of a request without a body. */
    static boolean anyOfRead(HttpHeaders headers) {
        return anyOf(headers, false);
    }

    /** Of a request with a body. */
    static boolean anyOfWrite(HttpHeaders headers) {
        return anyOf(headers, true);
    }

    private static boolean anyOf(HttpHeaders headers, boolean withBody) {
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            if (has(header.getKey()) || endsConnection(header) || (!withBody && announcesBody(header))) {
                return true;
            }
        }
        return false;
    }

    /** Some clients say that there is none. */
    private static boolean announcesBody(Map.Entry<CharSequence, CharSequence> header) {
        return AsciiString.contentEqualsIgnoreCase(HttpHeaderNames.CONTENT_LENGTH, header.getKey())
                && !AsciiString.contentEqualsIgnoreCase(HttpHeaderValues.ZERO, header.getValue());
    }

    private static boolean endsConnection(Map.Entry<CharSequence, CharSequence> header) {
        return AsciiString.contentEqualsIgnoreCase(HttpHeaderNames.CONNECTION, header.getKey())
                && !AsciiString.contentEqualsIgnoreCase(HttpHeaderValues.KEEP_ALIVE, header.getValue());
    }
}
