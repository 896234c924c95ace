package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRowTests {

    private final Target target = Targets.columns("id bigint", "name text", "data jsonb", "tags text[]");
    private final JsonRow row = new JsonRow(target);

    @Test
    void findsTheValuesWhateverTheirOrder() {
        assertThat(copy("{\"name\":\"x\",\"id\":1}")).isEqualTo("1\tx\t\\N\t\\N\n");
        assertThat(copy(" { \"id\" : -1.5e+3 , \"data\" : { \"a\" : [ \"}\" ] } } "))
                .isEqualTo("-1.5e+3\t\\N\t{ \"a\" : [ \"}\" ] }\t\\N\n");
        assertThat(copy("{}")).isEqualTo("\\N\t\\N\t\\N\t\\N\n");
    }

    @Test
    void takesTheLastOfEqualKeysAndKeysWithEscapes() {
        assertThat(copy("{\"id\":1,\"id\":2,\"\\u006eame\":\"n\"}")).isEqualTo("2\tn\t\\N\t\\N\n");
        assertThat(row.present()).isEqualTo(2);
    }

    @Test
    void writesTextAsCopyWantsIt() {
        assertThat(copy("{\"name\":\"a\\tb\\nc\\\\d\\re\\/\\\"\\u00e9\\ud83d\\ude00\"}"))
                .isEqualTo("\\N\ta\\tb\\nc\\\\d\\re/\"é😀\t\\N\t\\N\n");
        assertThat(copy("{\"name\":\"\\\\N\"}")).isEqualTo("\\N\t\\\\N\t\\N\t\\N\n");
        assertThat(copy("{\"name\":\"\"}")).isEqualTo("\\N\t\t\\N\t\\N\n");
        assertThat(copy("{\"name\":{\"a\":\"\\n\"}}")).isEqualTo("\\N\t{\"a\":\"\\\\n\"}\t\\N\t\\N\n");
    }

    @Test
    void leavesJsonAsItIs() {
        assertThat(copy("{\"data\":\"x\"}")).isEqualTo("\\N\t\\N\t\"x\"\t\\N\n");
        assertThat(copy("{\"data\":\"\\n\"}")).isEqualTo("\\N\t\\N\t\"\\\\n\"\t\\N\n");
        assertThat(copy("{\"data\":null}")).isEqualTo("\\N\t\\N\t\\N\t\\N\n");
        assertThat(copy("{\"data\":true}")).isEqualTo("\\N\t\\N\ttrue\t\\N\n");
    }

    @Test
    void writesArraysAsArrayLiterals() {
        assertThat(copy("{\"tags\":[1, null ,\"a\\\"b\\\\c\",[true]]}"))
                .isEqualTo("\\N\t\\N\t\\N\t{1,NULL,\"a\\\\\"b\\\\\\\\c\",{true}}\n");
        assertThat(copy("{\"tags\":[]}")).isEqualTo("\\N\t\\N\t\\N\t{}\n");
        assertThat(copy("{\"tags\":[{\"a\":\"}\"}]}"))
                .isEqualTo("\\N\t\\N\t\\N\t{\"{\\\\\"a\\\\\":\\\\\"}\\\\\"}\"}\n");
        assertThat(copy("{\"tags\":\"{x}\"}")).isEqualTo("\\N\t\\N\t\\N\t{x}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{",
                "{\"id\"",
                "{\"id\":",
                "{\"id\":1",
                "{\"id\":1,",
                "{\"id\":1,}",
                "{\"id\":1}}",
                "{\"id\":1} x",
                "{id:1}",
                "{\"id\":01}",
                "{\"id\":1.}",
                "{\"id\":+1}",
                "{\"id\":.5}",
                "{\"id\":1e}",
                "{\"id\":nul}",
                "{\"id\":True}",
                "{\"name\":\"x}",
                "{\"name\":\"\u0001\"}",
                "{\"name\":\"\\x\"}",
                "{\"name\":\"\\u12g4\"}",
                "{\"name\":\"\\ud83d\"}",
                "{\"data\":[1}",
                "{\"data\":{\"a\":\"}"
            })
    void refusesWhatIsNotAnObject(String json) {
        assertThatThrownBy(() -> copy(json)).isInstanceOf(RowRefusal.class).hasMessageContaining("malformed JSON");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"nam\":1}; PGRST204; Perhaps you meant 'name'.",
                "{\"name\":\"\\u0000\"}; 22P05; ",
            })
    void namesTheCodeAndTheWayOut(String json, String code, String hint) {
        assertThatThrownBy(() -> copy(json)).isInstanceOfSatisfying(RowRefusal.class, refusal -> {
            RowError error = refusal.at(1, 2);
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.hint()).isEqualTo(hint);
        });
    }

    @Test
    void everyCutOfAnObjectIsRefusedOrTheSame() {
        String json = "{\"id\":12,\"name\":\"a\\nb\",\"data\":{\"k\":[1,\"]\"]},\"tags\":[\"x\"]}";
        String whole = copy(json);
        for (int length = 0; length < json.length(); length++) {
            String cut = json.substring(0, length);
            assertThatThrownBy(() -> copy(cut)).isInstanceOf(RowRefusal.class);
        }
        assertThat(copy(json)).isEqualTo(whole);
    }

    private String copy(String json) {
        byte[] bytes = ("##" + json + "##").getBytes(StandardCharsets.UTF_8);
        row.read(bytes, 2, bytes.length - 2);
        Output out = new Output();
        CopyFormat.row(row, target, new int[] {0, 1, 2, 3}, out);
        return new String(out.bytes, 0, out.length, StandardCharsets.UTF_8);
    }
}
