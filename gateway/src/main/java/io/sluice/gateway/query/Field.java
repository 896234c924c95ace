package io.sluice.gateway.query;

import java.util.List;

/** A column, and a way into the JSON that it holds: {@code data->a->>b}. */
public record Field(String name, List<JsonStep> path) {

    /** All columns, where a field stands for itself. */
    public static final String ALL = "*";

    public Field {
        path = List.copyOf(path);
    }

    public static Field of(String name) {
        return new Field(name, List.of());
    }

    /** The last object key on the way, which names the result; the column's name where there is none. */
    public String outputName() {
        for (int i = path.size() - 1; i >= 0; i--) {
            if (!path.get(i).isIndex()) {
                return path.get(i).operand();
            }
        }
        return name;
    }

    /**
     * One step into JSON.
     *
     * @param asText {@code ->>} and not {@code ->}
     * @param operand an object key, or an array index with its sign
     */
    public record JsonStep(boolean asText, String operand, boolean isIndex) {}
}
