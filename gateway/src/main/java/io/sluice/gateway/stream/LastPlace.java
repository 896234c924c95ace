package io.sluice.gateway.stream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers the place of the last row; without an object per row. Not thread-safe. */
final class LastPlace {

    private final Placement placement;
    private final byte[][] bytes;

    /** Negative for null. */
    private final int[] lengths;

    LastPlace(Placement placement) {
        this.placement = placement;
        this.bytes = new byte[placement.columns()][32];
        this.lengths = new int[placement.columns()];
    }

    /** How many columns of a row are no data. */
    int columns() {
        return bytes.length;
    }

    /** Takes the place of a row that has {@code width} columns of data. */
    void take(Cells row, int width) {
        for (int i = 0; i < bytes.length; i++) {
            int length = row.length(width + i);
            lengths[i] = length;
            if (length > bytes[i].length) {
                bytes[i] = new byte[Math.max(length, bytes[i].length * 2)];
            }
            if (length > 0) {
                System.arraycopy(row.bytes(width + i), row.at(width + i), bytes[i], 0, length);
            }
        }
    }

    List<@Nullable String> values() {
        List<@Nullable String> values = new ArrayList<>(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            values.add(lengths[i] < 0 ? null : new String(bytes[i], 0, lengths[i], StandardCharsets.UTF_8));
        }
        return values;
    }

    /** What a client may name the place by; null where it is not told. */
    @Nullable
    String cursor() {
        return placement.cursor() == null ? null : placement.cursor().apply(values());
    }
}
