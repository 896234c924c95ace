package io.sluice.gateway.query;

import io.sluice.gateway.query.ApiQuery.At;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Embedded relations that a query calls by their own names although it gave them others, which will be an error. */
public final class LegacyNames {

    private LegacyNames() {}

    /** What to tell the client, null where all is well. */
    public static @Nullable String warning(ApiQuery query) {
        Set<String> found = new LinkedHashSet<>();
        query.conditions().forEach(part -> find(query.select(), part, found));
        query.orders().forEach(part -> find(query.select(), part, found));
        query.pages().forEach(part -> find(query.select(), part, found));
        if (found.isEmpty()) {
            return null;
        }
        return "299 Sluice \"Embedded resource was referenced by relation name even though it has an alias. This is"
                + " deprecated and will stop working in a future release. Update " + String.join(", ", found)
                + " in query string filters, orders or limits.\"";
    }

    private static void find(List<SelectItem> items, At<?> part, Set<String> found) {
        if (part.path().isEmpty()) {
            return;
        }
        String key = part.path().get(0);
        SelectItem.Embed embed = embed(items, key);
        if (embed == null) {
            return;
        }
        if (!key.equals(shown(embed))) {
            found.add("`" + key + "` to `" + shown(embed) + "`");
        }
        find(embed.items(), new At<>(part.path().subList(1, part.path().size()), part.value()), found);
    }

    private static SelectItem.@Nullable Embed embed(List<SelectItem> items, String key) {
        SelectItem.Embed byName = null;
        for (SelectItem item : items) {
            if (item instanceof SelectItem.Embed embed) {
                if (shown(embed).equals(key)) {
                    return embed;
                }
                byName = byName == null && embed.related().name().equals(key) ? embed : byName;
            }
        }
        return byName;
    }

    private static String shown(SelectItem.Embed embed) {
        return embed.alias() == null ? embed.related().name() : embed.alias();
    }
}
