package io.sluice.gateway.stream;

import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.text.JsonText;
import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An error body as JSON on one line. */
final class ErrorRecord {

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private ErrorRecord() {}

    static byte[] json(ErrorBody error) {
        Output out = new Output();
        member(out, "{\"code\":", error.code());
        member(out, ",\"message\":", error.message());
        member(out, ",\"details\":", error.detailsText());
        member(out, ",\"hint\":", error.hint());
        out.write((byte) '}');
        return out.copy();
    }

    private static void member(Output out, String key, @Nullable String value) {
        out.write(key.getBytes(StandardCharsets.US_ASCII));
        out.write(value == null ? NULL : JsonText.quoted(value));
    }
}
