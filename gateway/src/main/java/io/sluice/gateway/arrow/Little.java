package io.sluice.gateway.arrow;

import io.sluice.gateway.text.Output;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian numbers. */
final class Little {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Little() {}

    static void write16(Output out, short value) {
        out.reserve(Short.BYTES);
        SHORT.set(out.bytes, out.length, value);
        out.length += Short.BYTES;
    }

    static void write32(Output out, int value) {
        out.reserve(Integer.BYTES);
        INT.set(out.bytes, out.length, value);
        out.length += Integer.BYTES;
    }

    static void write64(Output out, long value) {
        out.reserve(Long.BYTES);
        LONG.set(out.bytes, out.length, value);
        out.length += Long.BYTES;
    }
}
