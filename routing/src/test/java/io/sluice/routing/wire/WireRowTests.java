package io.sluice.routing.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WireRowTests {

    private static final UUID ID = UUID.fromString("ffffffff-1234-5678-9abc-def012345678");
    private static final byte[] TEXT = "größe".getBytes(StandardCharsets.UTF_8);

    private final WireRow row = new WireRow(List.of("id", "big", "small", "place", "text", "nothing"));

    private static byte[] bytes() {
        return ByteBuffer.allocate(200)
                .put(new byte[3])
                .putShort((short) 6)
                .putInt(16)
                .putLong(ID.getMostSignificantBits())
                .putLong(ID.getLeastSignificantBits())
                .putInt(8)
                .putLong(Long.MIN_VALUE)
                .putInt(4)
                .putInt(-7)
                .putInt(6)
                .putInt(0xFFFF_FFFE)
                .putShort((short) 0xFFFF)
                .putInt(TEXT.length)
                .put(TEXT)
                .putInt(-1)
                .array();
    }

    @Test
    void readsEachTypeByPosition() {
        row.at(bytes(), 3);
        assertThat(row.uuid(0)).isEqualTo(ID);
        assertThat(row.number(1)).isEqualTo(Long.MIN_VALUE);
        assertThat(row.number(2)).isEqualTo(-7);
        assertThat(row.place(3)).isEqualTo((0xFFFF_FFFEL << 16) + 0xFFFF);
        assertThat(row.text(4)).isEqualTo("größe");
        assertThat(row.isNull(5)).isTrue();
    }

    @Test
    void readsEachTypeByNameAsRowsOfADriver() {
        row.at(bytes(), 3);
        assertThat(row.get("id", UUID.class)).isEqualTo(ID);
        assertThat(row.get("big", Long.class)).isEqualTo(Long.MIN_VALUE);
        assertThat(row.get("small", Long.class)).isEqualTo(-7);
        assertThat(row.get("small", Integer.class)).isEqualTo(-7);
        assertThat(row.get("text", String.class)).isEqualTo("größe");
        assertThat(row.get("nothing", String.class)).isNull();
    }

    @Test
    void refusesWhatIsNotThere() {
        row.at(bytes(), 3);
        assertThatThrownBy(() -> row.get("other", Long.class)).isInstanceOf(NoSuchElementException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> row.get(0, Boolean.class));
        assertThatIllegalStateException().isThrownBy(() -> row.uuid(1)).withMessageContaining("big");
        assertThatIllegalStateException().isThrownBy(() -> row.number(5)).withMessageContaining("nothing");
        assertThatIllegalStateException().isThrownBy(() -> row.text(5)).withMessageContaining("nothing");
    }

    @Test
    void refusesARowOfOtherColumns() {
        WireRow other = new WireRow(List.of("id"));
        assertThatIllegalStateException().isThrownBy(() -> other.at(bytes(), 3)).withMessageContaining("6 values");
    }
}
