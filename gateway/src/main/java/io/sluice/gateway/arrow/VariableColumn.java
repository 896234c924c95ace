package io.sluice.gateway.arrow;

import io.sluice.gateway.text.Output;

/** Values of any length behind one another, and where each begins. */
final class VariableColumn extends ArrowColumn {

    private final boolean binary;
    private final Output offsets = new Output();
    private final Output values = new Output();
    private final Output[] data = {offsets, values};

    /** {@code binary} values come as {@code \x} and hexadecimal digits. */
    VariableColumn(boolean binary) {
        this.binary = binary;
        Little.write32(offsets, 0);
    }

    @Override
    void put(byte[] source, int index, int count) {
        if (binary) {
            decode(source, index + 2, index + count);
        } else {
            values.write(source, index, index + count);
        }
        Little.write32(offsets, values.length);
    }

    private void decode(byte[] digits, int from, int to) {
        values.reserve((to - from) / 2);
        for (int i = from; i + 1 < to; i += 2) {
            values.bytes[values.length++] =
                    (byte) (Character.digit(digits[i], 16) << 4 | Character.digit(digits[i + 1], 16));
        }
    }

    @Override
    void putNothing() {
        Little.write32(offsets, values.length);
    }

    @Override
    Output[] data() {
        return data;
    }

    @Override
    void clearData() {
        offsets.clear();
        values.clear();
        Little.write32(offsets, 0);
    }
}
