package io.sluice.gateway.schema;

/** A database object's name with the schema it lives in. */
public record QualifiedName(String schema, String name) implements Comparable<QualifiedName> {

    /** An identifier as SQL wants it, whatever is in it. */
    public static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** Both parts quoted, ready for SQL. */
    public String quoted() {
        return quote(schema) + '.' + quote(name);
    }

    @Override
    public int compareTo(QualifiedName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    /** As messages show it. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
