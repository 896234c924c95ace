package io.sluice.gateway.query;

import io.sluice.gateway.error.ApiException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** The raw query string, cut into decoded names and values; their order is kept. */
final class QueryString {

    /** One parameter; the value is null where there was no {@code =}. */
    record Parameter(String name, @Nullable String value) {}

    private QueryString() {}

    static List<Parameter> parse(@Nullable String raw) {
        List<Parameter> parameters = new ArrayList<>();
        if (raw == null || raw.isEmpty()) {
            return parameters;
        }
        int start = 0;
        while (start <= raw.length()) {
            int end = raw.indexOf('&', start);
            end = end < 0 ? raw.length() : end;
            if (end > start) {
                parameters.add(parameter(raw.substring(start, end)));
            }
            start = end + 1;
        }
        return parameters;
    }

    private static Parameter parameter(String pair) {
        int equals = pair.indexOf('=');
        return equals < 0
                ? new Parameter(decode(pair), null)
                : new Parameter(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
    }

    /** {@code +} is a blank; a stray percent sign stands for itself. */
    static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int octet = c == '%' && i + 2 < text.length() + 0 ? octet(text, i + 1) : -1;
            if (octet >= 0) {
                bytes.write(octet);
                i += 2;
            } else if (c == '+') {
                bytes.write(' ');
            } else {
                int width = Character.isHighSurrogate(c) && i + 1 < text.length() ? 2 : 1;
                bytes.writeBytes(text.substring(i, i + width).getBytes(StandardCharsets.UTF_8));
                i += width - 1;
            }
        }
        return utf8(bytes.toByteArray(), text);
    }

    private static int octet(String text, int at) {
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static String utf8(byte[] bytes, String raw) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ApiException(
                    HttpStatus.BAD_REQUEST,
                    "PGRST100",
                    "The query string is not UTF-8",
                    "in " + raw,
                    "Percent-encode the bytes of the UTF-8 form.");
        }
    }
}
