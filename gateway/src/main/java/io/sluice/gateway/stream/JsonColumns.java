package io.sluice.gateway.stream;

import io.sluice.gateway.text.JsonText;
import io.sluice.gateway.text.Output;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** From PostgreSQL's text format to JSON, by type. For the direct types the bytes are those of {@code to_json}. */
public final class JsonColumns {

    private static final int BOOL = 16;
    private static final int INT8 = 20;
    private static final int INT2 = 21;
    private static final int INT4 = 23;
    private static final int JSON = 114;
    private static final int FLOAT4 = 700;
    private static final int FLOAT8 = 701;
    private static final int TIMESTAMP = 1114;
    private static final int TIMESTAMPTZ = 1184;
    private static final int NUMERIC = 1700;
    private static final int JSONB = 3802;

    /** Types whose JSON is their text in quotes, by the names of {@code pg_type}. */
    private static final Set<Integer> QUOTED = Set.of(
            17, // bytea
            18, // "char"
            19, // name
            24, // regproc
            25, // text
            26, // oid
            27, // tid
            28, // xid
            29, // cid
            142, // xml
            600, // point
            601, // lseg
            602, // path
            603, // box
            604, // polygon
            628, // line
            650, // cidr
            718, // circle
            774, // macaddr8
            790, // money
            829, // macaddr
            869, // inet
            1042, // bpchar
            1043, // varchar
            1082, // date
            1083, // time
            1186, // interval
            1266, // timetz
            1560, // bit
            1562, // varbit
            2202, // regprocedure
            2203, // regoper
            2204, // regoperator
            2205, // regclass
            2206, // regtype
            2950, // uuid
            2970, // txid_snapshot
            3220, // pg_lsn
            3614, // tsvector
            3615, // tsquery
            3734, // regconfig
            3769, // regdictionary
            3904, // int4range
            3906, // numrange
            3908, // tsrange
            3910, // tstzrange
            3912, // daterange
            3926, // int8range
            4072, // jsonpath
            4089, // regnamespace
            4096, // regrole
            4191, // regcollation
            4451, // int4multirange
            4532, // nummultirange
            4533, // tsmultirange
            4534, // tstzmultirange
            4535, // datemultirange
            4536, // int8multirange
            5038, // pg_snapshot
            5069); // xid8

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_MINUTES = ":00".getBytes(StandardCharsets.US_ASCII);

    /** The length of a date whose year has four digits. */
    private static final int DATE = 10;

    private JsonColumns() {}

    /**
     * Whether a column that the server announces with this type's oid may be selected as it is. Every other one (arrays,
     * composites, types of extensions) must be wrapped in {@code to_json(..)} by the query; an enumeration may be left
     * as it is too, since a type that is not known here is written as quoted text.
     */
    public static boolean direct(long oid) {
        return switch ((int) oid) {
            case BOOL, INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC, TIMESTAMP, TIMESTAMPTZ, JSON, JSONB -> true;
            default -> QUOTED.contains((int) oid);
        };
    }

    /** The encoder for a type; {@code oneLine} makes sure that {@code json}, kept as it was typed, has no line break. */
    static ColumnEncoder encoder(int oid, boolean oneLine) {
        return switch (oid) {
            case BOOL -> JsonColumns::bool;
            case INT2, INT4, INT8 -> JsonColumns::verbatim;
            case FLOAT4, FLOAT8, NUMERIC -> JsonColumns::number;
            case TIMESTAMP -> JsonColumns::timestamp;
            case TIMESTAMPTZ -> JsonColumns::timestampWithZone;
            case JSON -> oneLine ? JsonColumns::onOneLine : JsonColumns::verbatim;
            case JSONB -> JsonColumns::verbatim;
            default -> JsonColumns::text;
        };
    }

    private static void bool(byte[] source, int index, int count, Output out) {
        out.write(source[index] == 't' ? TRUE : FALSE);
    }

    private static void verbatim(byte[] source, int index, int count, Output out) {
        out.write(source, index, index + count);
    }

    /** Line breaks inside JSON strings are escaped, so each raw one stands between tokens. */
    private static void onOneLine(byte[] source, int index, int count, Output out) {
        int from = out.length;
        out.write(source, index, index + count);
        for (int i = from; i < out.length; i++) {
            if (out.bytes[i] == '\n' || out.bytes[i] == '\r') {
                out.bytes[i] = ' ';
            }
        }
    }

    /** {@code NaN}, {@code Infinity} and {@code -Infinity} are not JSON numbers: in quotes, as {@code to_json} has it. */
    private static void number(byte[] source, int index, int count, Output out) {
        byte last = source[index + count - 1];
        if (last >= '0' && last <= '9') {
            out.write(source, index, index + count);
        } else {
            text(source, index, count, out);
        }
    }

    private static void text(byte[] source, int index, int count, Output out) {
        out.reserve(count + 2);
        out.write((byte) '"');
        int from = out.length;
        out.write(source, index, index + count);
        JsonText.escape(out, from);
        out.write((byte) '"');
    }

    private static void timestamp(byte[] source, int index, int count, Output out) {
        out.reserve(count + 2);
        out.write((byte) '"');
        int from = out.length;
        out.write(source, index, index + count);
        separate(out, from);
        out.write((byte) '"');
    }

    private static void timestampWithZone(byte[] source, int index, int count, Output out) {
        out.reserve(count + 5);
        out.write((byte) '"');
        int from = out.length;
        out.write(source, index, index + count);
        int time = separate(out, from);
        if (time > 0) {
            completeOffset(out, time);
        }
        out.write((byte) '"');
    }

    /** Puts a T between date and time; returns where the time begins, 0 for an infinity. */
    private static int separate(Output out, int from) {
        int usual = from + DATE;
        for (int i = usual < out.length && out.bytes[usual] == ' ' ? usual : from; i < out.length; i++) {
            if (out.bytes[i] == ' ') {
                out.bytes[i] = 'T';
                return i + 1;
            }
        }
        return 0;
    }

    /** PostgreSQL's text has {@code +05} where there are no minutes, JSON {@code +05:00}; an era may follow. */
    private static void completeOffset(Output out, int time) {
        int usual = out.length - 3;
        if (usual > time && (out.bytes[usual] == '+' || out.bytes[usual] == '-')) {
            out.write(NO_MINUTES);
            return;
        }
        int sign = time;
        while (out.bytes[sign] != '+' && out.bytes[sign] != '-') {
            sign++;
        }
        int end = sign;
        while (end < out.length && out.bytes[end] != ' ') {
            end++;
        }
        if (end - sign == 3) {
            out.insert(end, NO_MINUTES.length);
            System.arraycopy(NO_MINUTES, 0, out.bytes, end, NO_MINUTES.length);
        }
    }
}
