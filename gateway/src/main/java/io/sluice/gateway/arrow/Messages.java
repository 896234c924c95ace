package io.sluice.gateway.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import io.sluice.gateway.text.Output;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.TimeUnit;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;

/** Arrow's encapsulated messages: a length, metadata as a flat buffer, and a body. */
final class Messages {

    private static final int CONTINUATION = 0xffffffff;
    private static final int ALIGNMENT = 8;
    private static final byte[] PADDING = new byte[ALIGNMENT];

    private Messages() {}

    static void schema(List<ArrowField> fields, Output out) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int[] offsets = new int[fields.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = field(builder, fields.get(i));
        }
        int all = Schema.createFieldsVector(builder, offsets);
        int schema = Schema.createSchema(builder, Endianness.Little, all, 0, 0);
        message(builder, MessageHeader.Schema, schema, 0, out);
    }

    private static int field(FlatBufferBuilder builder, ArrowField field) {
        int name = builder.createString(field.name());
        int children = Field.createChildrenVector(builder, new int[0]);
        int type = type(builder, field.type());
        return Field.createField(builder, name, true, tag(field.type()), type, 0, children, 0);
    }

    private static byte tag(ArrowType type) {
        return switch (type.kind()) {
            case BOOL -> Type.Bool;
            case INT16, INT32, INT64 -> Type.Int;
            case FLOAT32, FLOAT64 -> Type.FloatingPoint;
            case DECIMAL128 -> Type.Decimal;
            case DATE32 -> Type.Date;
            case TIMESTAMP, TIMESTAMP_UTC -> Type.Timestamp;
            case BINARY -> Type.Binary;
            case UTF8 -> Type.Utf8;
        };
    }

    private static int type(FlatBufferBuilder builder, ArrowType type) {
        return switch (type.kind()) {
            case INT16 -> Int.createInt(builder, Short.SIZE, true);
            case INT32 -> Int.createInt(builder, Integer.SIZE, true);
            case INT64 -> Int.createInt(builder, Long.SIZE, true);
            case FLOAT32 -> FloatingPoint.createFloatingPoint(builder, Precision.SINGLE);
            case FLOAT64 -> FloatingPoint.createFloatingPoint(builder, Precision.DOUBLE);
            case DECIMAL128 -> Decimal.createDecimal(builder, type.precision(), type.scale(), 2 * Long.SIZE);
            case DATE32 -> Date.createDate(builder, DateUnit.DAY);
            case TIMESTAMP -> Timestamp.createTimestamp(builder, TimeUnit.MICROSECOND, 0);
            case TIMESTAMP_UTC -> Timestamp.createTimestamp(builder, TimeUnit.MICROSECOND, builder.createString("UTC"));
            case BOOL, BINARY, UTF8 -> empty(builder);
        };
    }

    /** These types have no properties. */
    private static int empty(FlatBufferBuilder builder) {
        builder.startTable(0);
        return builder.endTable();
    }

    static void batch(ArrowColumn[] columns, int rows, Output out) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        // Vectors of structs are written from their end.
        int buffers = 0;
        long body = 0;
        for (ArrowColumn column : columns) {
            body += padded(column.validity().length);
            for (Output data : column.data()) {
                body += padded(data.length);
            }
            buffers += 1 + column.data().length;
        }
        RecordBatch.startBuffersVector(builder, buffers);
        long end = body;
        for (int i = columns.length - 1; i >= 0; i--) {
            Output[] data = columns[i].data();
            for (int j = data.length - 1; j >= 0; j--) {
                end -= padded(data[j].length);
                Buffer.createBuffer(builder, end, data[j].length);
            }
            end -= padded(columns[i].validity().length);
            Buffer.createBuffer(builder, end, columns[i].validity().length);
        }
        int places = builder.endVector();
        RecordBatch.startNodesVector(builder, columns.length);
        for (int i = columns.length - 1; i >= 0; i--) {
            FieldNode.createFieldNode(builder, rows, columns[i].nulls());
        }
        int nodes = builder.endVector();
        int batch = RecordBatch.createRecordBatch(builder, rows, nodes, places, 0, 0);
        message(builder, MessageHeader.RecordBatch, batch, body, out);
        for (ArrowColumn column : columns) {
            append(column.validity(), out);
            for (Output data : column.data()) {
                append(data, out);
            }
        }
    }

    private static void append(Output data, Output out) {
        out.write(data.bytes, 0, data.length);
        pad(data.length, out);
    }

    private static void message(FlatBufferBuilder builder, byte type, int header, long body, Output out) {
        builder.finish(Message.createMessage(builder, MetadataVersion.V5, type, header, body, 0));
        ByteBuffer metadata = builder.dataBuffer();
        int length = metadata.remaining();
        Little.write32(out, CONTINUATION);
        Little.write32(out, (int) padded(length));
        out.reserve(length);
        metadata.get(out.bytes, out.length, length);
        out.length += length;
        pad(length, out);
    }

    /** The stream's end: a message of no length. */
    static void end(Output out) {
        Little.write32(out, CONTINUATION);
        Little.write32(out, 0);
    }

    private static long padded(long length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    private static void pad(int length, Output out) {
        out.write(PADDING, 0, (int) (padded(length) - length));
    }
}
