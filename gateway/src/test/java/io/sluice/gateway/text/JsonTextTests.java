package io.sluice.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonTextTests {

    @Test
    void escapesWhateverStandsWhereverItStands() {
        for (int length = 1; length <= 19; length++) {
            for (int at = 0; at < length; at++) {
                for (int character = 0; character < 0x180; character++) {
                    String text = "x".repeat(at) + (char) character + "\u007f".repeat(length - at - 1);
                    assertThat(new String(JsonText.quoted(text), StandardCharsets.UTF_8))
                            .isEqualTo('"' + text.replace(one(character), escaped(character)) + '"');
                }
            }
        }
    }

    private static String one(int character) {
        return String.valueOf((char) character);
    }

    private static String escaped(int character) {
        return switch (character) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> character < 0x20 ? String.format("\\u%04x", character) : one(character);
        };
    }
}
