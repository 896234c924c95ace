package io.sluice.gateway.stream;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells that the last columns of each row are no data, but name its place in an order that no two rows share.
 *
 * @param columns how many they are
 * @param cursor makes the text by which a client may name the place; null where it is not told
 */
public record Placement(int columns, @Nullable Function<List<@Nullable String>, String> cursor) {

    /** There are none. */
    public static final Placement NONE = new Placement(0, null);
}
