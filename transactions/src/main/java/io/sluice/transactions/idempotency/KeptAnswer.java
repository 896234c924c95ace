package io.sluice.transactions.idempotency;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** An answer as it is kept and given again: a status, headers as text, a body. Their meaning is the caller's. */
public final class KeptAnswer {

    private final int status;
    private final String headers;
    private final byte[] body;

    public KeptAnswer(int status, String headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body.clone();
    }

    static KeptAnswer ofHex(int status, String headers, String body) {
        return new KeptAnswer(
                status,
                new String(HexFormat.of().parseHex(headers), StandardCharsets.UTF_8),
                HexFormat.of().parseHex(body));
    }

    public int status() {
        return status;
    }

    public String headers() {
        return headers;
    }

    public byte[] body() {
        return body.clone();
    }

    String headersHex() {
        return HexFormat.of().formatHex(headers.getBytes(StandardCharsets.UTF_8));
    }

    String bodyHex() {
        return HexFormat.of().formatHex(body);
    }
}
