package io.sluice.gateway.schema;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The media types that are defined in SQL. */
public record MediaHandlers(List<MediaHandler> handlers) {

    /** None. */
    public static final MediaHandlers NONE = new MediaHandlers(List.of());

    public MediaHandlers {
        handlers = List.copyOf(handlers);
    }

    /**
     * What makes {@code mediaType} of the rows of a table or of a function's value: a handler of its own before one for
     * rows of any kind, which has to be in one of {@code schemas}.
     *
     * @param whole whether the rows have all columns and nothing else, as a handler of a table's own needs them
     */
    public @Nullable MediaHandler find(
            QualifiedName target, boolean whole, String mediaType, Collection<String> schemas) {
        if (handlers.isEmpty()) {
            return null;
        }
        MediaHandler own = whole ? handler(target, MediaHandler.ANY, schemas) : null;
        if (own == null && whole) {
            own = handler(target, mediaType, schemas);
        }
        MediaHandler found = own == null ? handler(null, mediaType, schemas) : own;
        return found == null ? ofEach(mediaType) : found;
    }

    /** What comes with an extension may be in any schema. */
    private @Nullable MediaHandler ofEach(String mediaType) {
        return handlers.stream()
                .filter(handler -> handler.each() && handler.mediaType().equals(mediaType))
                .findFirst()
                .orElse(null);
    }

    private @Nullable MediaHandler handler(
            @Nullable QualifiedName target, String mediaType, Collection<String> schemas) {
        for (MediaHandler handler : handlers) {
            QualifiedName aggregate = handler.function();
            if (!handler.each()
                    && Objects.equals(handler.target(), target)
                    && handler.mediaType().equals(mediaType)
                    && (aggregate == null || schemas.contains(aggregate.schema()))) {
                return handler;
            }
        }
        return null;
    }
}
