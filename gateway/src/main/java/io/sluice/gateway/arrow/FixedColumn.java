package io.sluice.gateway.arrow;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;

/** Values that all have the same length. */
final class FixedColumn extends ArrowColumn {

    private final ArrowField field;
    private final ArrowType.Kind kind;
    private final Output values = new Output();
    private final Output[] data = {values};
    private final NumberText numbers = new NumberText();
    private final TimeText times = new TimeText();

    FixedColumn(ArrowField field) {
        this.field = field;
        this.kind = field.type().kind();
    }

    @Override
    void put(byte[] source, int index, int count) {
        try {
            switch (kind) {
                case BOOL -> bit(values, rows(), source[index] == 't');
                case INT16 -> Little.write16(values, (short) NumberText.integer(source, index, count));
                case INT32 -> Little.write32(values, (int) NumberText.integer(source, index, count));
                case INT64 -> Little.write64(values, NumberText.integer(source, index, count));
                case FLOAT32 ->
                    Little.write32(values, Float.floatToRawIntBits(NumberText.float32(source, index, count)));
                case FLOAT64 ->
                    Little.write64(values, Double.doubleToRawLongBits(NumberText.float64(source, index, count)));
                case DECIMAL128 -> {
                    numbers.decimal(source, index, count, field.type().scale());
                    Little.write64(values, numbers.low());
                    Little.write64(values, numbers.high());
                }
                case DATE32 -> Little.write32(values, Math.toIntExact(times.date(source, index, count)));
                case TIMESTAMP, TIMESTAMP_UTC -> Little.write64(values, times.timestamp(source, index, count));
                case BINARY, UTF8 -> throw new IllegalStateException("of no fixed length: " + kind);
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw noRoom(new String(source, index, count, StandardCharsets.US_ASCII), e);
        }
    }

    /** Infinity, say, of a date. */
    private ApiException noRoom(String value, RuntimeException cause) {
        ApiException refusal = new ApiException(
                HttpStatus.NOT_ACCEPTABLE,
                "SLUICE320",
                "the value '" + value + "' of column '" + field.name() + "' has no place in Arrow's " + field.type(),
                null,
                "Ask for the column as text: " + field.name() + "::text");
        refusal.addSuppressed(cause);
        return refusal;
    }

    @Override
    void putNothing() {
        switch (kind) {
            case BOOL -> bit(values, rows(), false);
            case INT16 -> Little.write16(values, (short) 0);
            case INT32, FLOAT32, DATE32 -> Little.write32(values, 0);
            case DECIMAL128 -> {
                Little.write64(values, 0);
                Little.write64(values, 0);
            }
            default -> Little.write64(values, 0);
        }
    }

    @Override
    Output[] data() {
        return data;
    }

    @Override
    void clearData() {
        values.clear();
    }
}
