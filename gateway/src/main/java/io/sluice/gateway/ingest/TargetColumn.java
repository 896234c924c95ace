package io.sluice.gateway.ingest;

import io.sluice.gateway.schema.Column;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A column and how the bytes of its values are to be taken. */
final class TargetColumn {

    enum Kind {
        /** What JSON has in quotes goes in without them. */
        TEXT,
        /** JSON goes in as it is. */
        JSON,
        /** A JSON array becomes an array of PostgreSQL's. */
        ARRAY
    }

    /** What a row that does not name the column leaves in it. */
    enum Absence {
        NULL,
        DEFAULT,
        /** A domain may have a default of its own. */
        UNKNOWN
    }

    private static final long JSON_OID = 114;
    private static final long JSONB_OID = 3802;

    private final String name;
    private final int position;
    private final Kind kind;
    private final String type;
    private final String displayType;
    private final Column.Generation generation;
    private final byte[] nameBytes;
    private final Absence absence;

    TargetColumn(Column column, int position) {
        this.name = column.name();
        this.position = position;
        this.kind = kind(column);
        this.type = column.type();
        this.displayType = column.displayType();
        this.generation = column.generation();
        this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
        this.absence = absence(column);
    }

    String name() {
        return name;
    }

    /** Its place among the columns of the table, from 0. */
    int position() {
        return position;
    }

    /** Its type as SQL, without a length. */
    String type() {
        return type;
    }

    /** Its type with its length. */
    String displayType() {
        return displayType;
    }

    Kind kind() {
        return kind;
    }

    Column.Generation generation() {
        return generation;
    }

    private static Absence absence(Column column) {
        if (column.hasDefault()) {
            return Absence.DEFAULT;
        }
        return column.typeOid() == column.baseTypeOid() ? Absence.NULL : Absence.UNKNOWN;
    }

    Absence absence() {
        return absence;
    }

    private static Kind kind(Column column) {
        if (column.baseTypeOid() == JSON_OID || column.baseTypeOid() == JSONB_OID) {
            return Kind.JSON;
        }
        return column.type().endsWith("[]") ? Kind.ARRAY : Kind.TEXT;
    }

    boolean named(byte[] bytes, int from, int to) {
        return Arrays.equals(nameBytes, 0, nameBytes.length, bytes, from, to);
    }

    /** PostgreSQL's own refusal of an INSERT that names such a column; COPY would silently take it. */
    void requireWritable() {
        switch (generation) {
            case IDENTITY_ALWAYS, EXPRESSION ->
                throw new RowRefusal(
                        "428C9",
                        "cannot insert a non-DEFAULT value into column \"" + name + "\"",
                        name,
                        "The server makes the values of this column; leave it out.");
            case NONE, IDENTITY_BY_DEFAULT -> {}
        }
    }
}
