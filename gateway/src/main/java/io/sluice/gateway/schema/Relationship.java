package io.sluice.gateway.schema;

import java.util.List;

/** A way from the rows of {@code table} to related rows of {@code foreign}. */
public sealed interface Relationship {

    QualifiedName table();

    QualifiedName foreign();

    /** Whether a row has at most one related row. */
    boolean toOne();

    /** Two columns that must be equal, one on each side. */
    record Pair(String column, String foreignColumn) {}

    /** How many rows are on either side. */
    enum Cardinality {
        MANY_TO_ONE("many-to-one"),
        ONE_TO_MANY("one-to-many"),
        ONE_TO_ONE("one-to-one");

        private final String spelling;

        Cardinality(String spelling) {
            this.spelling = spelling;
        }

        /** As error messages name it. */
        public String spelling() {
            return spelling;
        }
    }

    /**
     * Along a foreign key, in either direction.
     *
     * @param constraint the foreign key's name
     * @param referencing whether {@code table} holds the key
     */
    record Key(
            QualifiedName table,
            QualifiedName foreign,
            Cardinality cardinality,
            String constraint,
            boolean referencing,
            List<Pair> pairs)
            implements Relationship {

        public Key {
            pairs = List.copyOf(pairs);
        }

        @Override
        public boolean toOne() {
            return cardinality != Cardinality.ONE_TO_MANY;
        }
    }

    /** Many-to-many through a table whose primary key holds both foreign keys. */
    record Junction(
            QualifiedName table,
            QualifiedName foreign,
            QualifiedName junction,
            String constraint,
            String foreignConstraint,
            List<Pair> toJunction,
            List<Pair> toForeign)
            implements Relationship {

        public Junction {
            toJunction = List.copyOf(toJunction);
            toForeign = List.copyOf(toForeign);
        }

        @Override
        public boolean toOne() {
            return false;
        }
    }

    /** A function from a row of {@code table} to rows of {@code foreign}. */
    record Computed(QualifiedName table, QualifiedName foreign, QualifiedName function, boolean toOne)
            implements Relationship {}
}
