package io.sluice.gateway.ledger;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/** Cuts a stream of bytes into lines. For one stream, on one thread at a time. */
final class Lines {

    private static final int LINE_MAX = 64 << 10;

    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private long number;

    /** One line; its number counts from 1. */
    static final class Line {

        private final byte[] bytes;
        private final long number;

        private Line(byte[] bytes, long number) {
            this.bytes = bytes;
            this.number = number;
        }

        byte[] bytes() {
            return bytes;
        }

        long number() {
            return number;
        }
    }

    /** The lines that end in this buffer; the buffer is released. */
    List<Line> add(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        List<Line> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                partial.write(bytes, start, i - start);
                end(lines);
                start = i + 1;
            }
        }
        partial.write(bytes, start, bytes.length - start);
        if (partial.size() > LINE_MAX) {
            throw LedgerErrors.bad(
                    LedgerErrors.BAD_VALUE, "Line " + (number + 1) + " is longer than " + LINE_MAX + " bytes", null);
        }
        return lines;
    }

    /** What follows the last line end. */
    List<Line> rest() {
        List<Line> lines = new ArrayList<>();
        end(lines);
        return lines;
    }

    private void end(List<Line> lines) {
        number++;
        byte[] line = partial.toByteArray();
        partial.reset();
        if (!isBlank(line)) {
            lines.add(new Line(line, number));
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte character : line) {
            if (character != ' ' && character != '\r' && character != '\t') {
                return false;
            }
        }
        return true;
    }
}
