package io.sluice.gateway.fastpath;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.sluice.gateway.fastpath.KnownRead.Cut;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The reads that were planned before. Whoever plans a read says here which requests ask for the same with another value;
 * only of requests whose headers say nothing about their answer. Safe for any number of threads.
 */
@Component
public final class KnownReads {

    /** More than programs have; who makes up new ones all the time makes all be learned anew. */
    private static final int MOST = 4_096;

    /** After so many new ones those that are old are forgotten, and with them the schema that they were planned for. */
    private static final int SWEEP_EVERY = 64;

    private static final int LONGEST_LINE = 1_024;
    private static final int LONGEST_VALUE = 36;

    private final Map<Template, KnownRead> reads = new ConcurrentHashMap<>();
    private volatile boolean opened;
    private final AtomicInteger learned = new AtomicInteger();

    private record Template(Cut line, @Nullable String accept) {}

    /**
     * A request for a known read.
     *
     * @param value what it differs in
     */
    record Match(KnownRead known, String value) {}

    /** From now on there is somebody who asks for what was learned. */
    void open() {
        opened = true;
    }

    /** Whether a request with these headers may be one of many that get their answers alike, and somebody wants to know. */
    public boolean mayLearn(Iterable<String> headerNames) {
        if (!opened) {
            return false;
        }
        for (String name : headerNames) {
            if (TellingHeaders.has(name)) {
                return false;
            }
        }
        return true;
    }

    /** Remembers a read, instead of the one that was known before for the same requests. */
    public void learn(KnownRead read) {
        if (read.line().before().length() + read.line().after().length() > LONGEST_LINE) {
            return;
        }
        if (reads.size() >= MOST) {
            reads.clear();
        } else if (learned.incrementAndGet() % SWEEP_EVERY == 0) {
            reads.values().removeIf(known -> !known.read().isCurrent());
        }
        reads.put(new Template(read.line(), read.accept()), read);
    }

    int size() {
        return reads.size();
    }

    /** What a request asks for; null where that is not known. */
    @Nullable
    Match find(HttpRequest request) {
        String uri = request.uri();
        int at = uri.indexOf(Cut.EQUALS);
        if (at < 0 || uri.length() > LONGEST_LINE || !isPlain(request)) {
            return null;
        }
        String accept = request.headers().get(HttpHeaderNames.ACCEPT);
        for (; at >= 0; at = uri.indexOf(Cut.EQUALS, at + 1)) {
            Match match = find(uri, at + Cut.EQUALS.length(), accept);
            if (match != null) {
                return match;
            }
        }
        return null;
    }

    private @Nullable Match find(String uri, int from, @Nullable String accept) {
        int end = from;
        while (end < uri.length() && isOfKey(uri.charAt(end))) {
            end++;
        }
        boolean whole = end == uri.length() || uri.charAt(end) == '&';
        if (!whole || end == from || end - from > LONGEST_VALUE) {
            return null;
        }
        Cut line = new Cut(uri.substring(0, from), uri.substring(end));
        KnownRead known = reads.get(new Template(line, accept));
        if (known == null) {
            return null;
        }
        if (!known.read().isCurrent()) {
            reads.remove(new Template(line, accept), known);
            return null;
        }
        return new Match(known, uri.substring(from, end));
    }

    /** Numbers and UUIDs. */
    private static boolean isOfKey(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-';
    }

    private static boolean isPlain(HttpRequest request) {
        return HttpMethod.GET.equals(request.method())
                && HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                && request.decoderResult().isSuccess()
                && !TellingHeaders.anyOfRead(request.headers());
    }
}
