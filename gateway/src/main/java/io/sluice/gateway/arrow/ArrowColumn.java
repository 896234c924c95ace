package io.sluice.gateway.arrow;

import io.sluice.gateway.text.Output;

/** One column's values of the batch that is being gathered. Not thread-safe. */
abstract class ArrowColumn {

    private final Output validity = new Output();
    private int rows;
    private int nulls;

    static ArrowColumn of(ArrowField field) {
        return switch (field.type().kind()) {
            case UTF8 -> new VariableColumn(false);
            case BINARY -> new VariableColumn(true);
            default -> new FixedColumn(field);
        };
    }

    /** Appends the value whose text are {@code count} bytes of {@code source} from {@code index} on. */
    final void value(byte[] source, int index, int count) {
        put(source, index, count);
        present(true);
    }

    final void nothing() {
        putNothing();
        nulls++;
        present(false);
    }

    private void present(boolean yes) {
        bit(validity, rows, yes);
        rows++;
    }

    /** Appends the bit of row {@code index}, the lowest bit of a byte first. */
    static void bit(Output bits, int index, boolean set) {
        if ((index & 7) == 0) {
            bits.write((byte) 0);
        }
        if (set) {
            bits.bytes[index >> 3] |= (byte) (1 << (index & 7));
        }
    }

    abstract void put(byte[] source, int index, int count);

    /** Appends what stands in the place of a null. */
    abstract void putNothing();

    /** What follows the validity in a batch, in Arrow's order. */
    abstract Output[] data();

    abstract void clearData();

    final int rows() {
        return rows;
    }

    final int nulls() {
        return nulls;
    }

    final Output validity() {
        return validity;
    }

    final void clear() {
        validity.clear();
        rows = 0;
        nulls = 0;
        clearData();
    }
}
