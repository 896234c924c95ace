package io.sluice.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRowTests {

    private final Target target = Targets.columns("id bigint", "name text", "data jsonb", "tags text[]");
    private final CsvRow row = new CsvRow(target);

    @Test
    void fieldsGoToTheColumnsOfTheHeader() {
        header("name,id");
        assertThat(copy("x,1")).isEqualTo("1\tx\n");
        assertThat(copy("\"a,\"\"b\"\"\n\tc\\\",2\r")).isEqualTo("2\ta,\"b\"\\n\\tc\\\\\n");
    }

    @Test
    void anEmptyFieldIsNullAndAQuotedOneIsEmpty() {
        header("id,name");
        assertThat(copy(",\"\"")).isEqualTo("\\N\t\n");
        assertThat(copy("1,")).isEqualTo("1\t\\N\n");
        assertThat(copy("\"\",\\N")).isEqualTo("\t\\\\N\n");
    }

    @Test
    void theHeaderMayBeQuotedAndBeginWithAByteOrderMark() {
        header("\ufeff\"id\",\"name\"\r");
        assertThat(copy("1,2")).isEqualTo("1\t2\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id,", "id,id", "id,nme", "id,\"name", ""})
    void refusesAHeaderThatNamesNoColumnOrOneTwice(String header) {
        assertThatThrownBy(() -> header(header)).isInstanceOf(RowRefusal.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1,2,3", "1,2,", "1,a\"b", "1,\"a", "1,\"a\"b", ""})
    void refusesARecordThatIsNotCsvOrHasAnotherNumberOfFields(String record) {
        header("id,name");
        assertThatThrownBy(() -> copy(record)).isInstanceOf(RowRefusal.class);
    }

    private void header(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        row.header(bytes, 0, bytes.length);
    }

    private String copy(String text) {
        byte[] bytes = ("#" + text + "#").getBytes(StandardCharsets.UTF_8);
        row.read(bytes, 1, bytes.length - 1);
        int[] positions =
                java.util.stream.IntStream.range(0, 4).filter(row::names).toArray();
        Output out = new Output();
        CopyFormat.row(row, target, positions, out);
        return new String(out.bytes, 0, out.length, StandardCharsets.UTF_8);
    }
}
