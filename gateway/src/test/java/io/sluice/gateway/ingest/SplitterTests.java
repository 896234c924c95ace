package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitterTests {

    @Test
    void arrayElementsAreFoundHoweverTheBytesAreCut() {
        String array = " [ {\"a\":[1,{\"b\":\"]}\\\"\\\\\"}]} ,\n{\"é\":2}\n\n , {} ] \n";
        assertSplit(ArraySplitter::new, array, "1 {\"a\":[1,{\"b\":\"]}\\\"\\\\\"}]}", "2 {\"é\":2}", "4 {}");
        assertSplit(ArraySplitter::new, "[]");
        assertSplit(ArraySplitter::new, "");
        assertSplit(ArraySplitter::new, "{\"a\":1}\n", "1 {\"a\":1}");
    }

    @Test
    void csvRecordsMayHoldLineFeeds() {
        assertSplit(
                () -> new LineSplitter(true),
                "a,b\r\n1,\"x\n\"\"y\n\"\n\n2,z",
                "1 a,b\r",
                "2 1,\"x\n\"\"y\n\"",
                "6 2,z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "[{}", "[{},", "[{},]", "[,]", "[{} {}]", "[{}]x", "{}x", "[1]", "x", "[{\"a\":\"}"})
    void whatIsNotAnArrayOfObjectsEndsTheUpload(String text) {
        assertThatThrownBy(() -> split(new ArraySplitter(), text, 3))
                .isInstanceOfSatisfying(ApiException.class, refusal -> assertThat(refusal.code())
                        .isEqualTo("PGRST102"));
    }

    private static void assertSplit(Supplier<Splitter> splitter, String text, String... rows) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        for (int size = 1; size <= bytes; size++) {
            assertThat(split(splitter.get(), text, size))
                    .as("in pieces of " + size)
                    .containsExactly(rows);
        }
    }

    /** Feeds pieces of {@code size} bytes, as an upload does; rows come with their lines. */
    private static List<String> split(Splitter splitter, String text, int size) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[all.length];
        int length = 0;
        List<String> rows = new ArrayList<>();
        Splitter.Rows noted = (from, to, line) ->
                rows.add(line + " " + new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.UTF_8));
        for (int from = 0; from < all.length; from += size) {
            int count = Math.min(size, all.length - from);
            System.arraycopy(all, from, bytes, length, count);
            length += count;
            int done = splitter.split(bytes, length, noted);
            System.arraycopy(bytes, done, bytes, 0, length - done);
            length -= done;
        }
        splitter.end(bytes, length, noted);
        return rows;
    }
}
