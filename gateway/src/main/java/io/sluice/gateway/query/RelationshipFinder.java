package io.sluice.gateway.query;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.query.SelectItem.Related;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Relationship;
import io.sluice.gateway.schema.Relationship.Cardinality;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Which relationship {@code target!hint} means, seen from a relation. */
final class RelationshipFinder {

    private RelationshipFinder() {}

    static Relationship find(Schema schema, List<String> exposed, QualifiedName origin, Related related) {
        List<Relationship> matches = new ArrayList<>();
        for (Relationship relationship : schema.relationships(origin)) {
            if (isVisible(relationship, origin, exposed) && matches(schema, relationship, related)) {
                matches.add(relationship);
            }
        }
        if (matches.isEmpty()) {
            throw noRelationship(schema, exposed, origin, related);
        }
        if (matches.stream().anyMatch(Relationship.Computed.class::isInstance)) {
            // Somebody wrote a function of that name to be used.
            matches.removeIf(match -> !(match instanceof Relationship.Computed));
        }
        if (matches.size() > 1) {
            throw ambiguous(origin, related.name(), matches);
        }
        return matches.get(0);
    }

    private static boolean isVisible(Relationship relationship, QualifiedName origin, List<String> exposed) {
        boolean junctionVisible = !(relationship instanceof Relationship.Junction through)
                || exposed.contains(through.junction().schema());
        return relationship.foreign().schema().equals(origin.schema()) && junctionVisible;
    }

    private static boolean matches(Schema schema, Relationship relationship, Related related) {
        String target = related.name();
        String hint = related.hint();
        if (relationship instanceof Relationship.Computed computed) {
            return computed.function().name().equals(target);
        }
        boolean self = relationship.table().equals(relationship.foreign());
        if (relationship instanceof Relationship.Junction through) {
            return !self
                    && isForeign(relationship, target)
                    && (hint == null || through.junction().name().equals(hint));
        }
        Relationship.Key key = (Relationship.Key) relationship;
        return self ? matchesSelf(key, target, hint) : matchesKey(schema, key, target, hint);
    }

    /** Of a table that references itself: by its own name the many, by the referencing column the one. */
    private static boolean matchesSelf(Relationship.Key key, String target, @Nullable String hint) {
        boolean toMany = isForeign(key, target) && key.cardinality() == Cardinality.ONE_TO_MANY;
        if (hint == null) {
            return toMany || (key.cardinality() == Cardinality.MANY_TO_ONE && hasColumn(key, target));
        }
        return toMany && hasForeignColumn(key, hint);
    }

    private static boolean matchesKey(Schema schema, Relationship.Key key, String target, @Nullable String hint) {
        if (hint == null) {
            Table foreign = schema.table(key.foreign());
            boolean byKey = key.constraint().equals(target) || hasColumn(key, target);
            return isForeign(key, target) || (byKey && foreign != null && !foreign.isView());
        }
        return isForeign(key, target)
                && (key.constraint().equals(hint) || hasColumn(key, hint) || hasForeignColumn(key, hint));
    }

    private static boolean isForeign(Relationship relationship, String target) {
        return relationship.foreign().name().equals(target);
    }

    private static boolean hasColumn(Relationship.Key key, String column) {
        return key.pairs().size() == 1 && key.pairs().get(0).column().equals(column);
    }

    private static boolean hasForeignColumn(Relationship.Key key, String column) {
        return key.pairs().size() == 1 && key.pairs().get(0).foreignColumn().equals(column);
    }

    private static ApiException noRelationship(
            Schema schema, List<String> exposed, QualifiedName origin, Related related) {
        String between = "'" + origin.name() + "' and '" + related.name() + "'";
        String using = related.hint() == null ? "" : " using the hint '" + related.hint() + "'";
        List<String> targets = schema.relationships(origin).stream()
                .filter(relationship -> isVisible(relationship, origin, exposed))
                .map(relationship -> relationship.foreign().name())
                .toList();
        String nearest =
                targets.contains(related.name()) ? null : NearestName.of(related.name(), targets, NearestName.LOOSE);
        return new ApiException(
                HttpStatus.BAD_REQUEST,
                "PGRST200",
                "Could not find a relationship between " + between + " in the schema cache",
                "Searched for a foreign key relationship between " + between + using + " in the schema '"
                        + origin.schema() + "', but no matches were found.",
                nearest == null ? null : "Perhaps you meant '" + nearest + "' instead of '" + related.name() + "'.");
    }

    private static ApiException ambiguous(QualifiedName origin, String target, List<Relationship> matches) {
        List<String> hints = new ArrayList<>();
        StringJoiner details = new StringJoiner(",", "[", "]");
        for (Relationship match : matches) {
            hints.add("'" + match.foreign().name() + "!" + hint(match) + "'");
            details.add(description(match));
        }
        return ApiException.withJsonDetails(
                HttpStatus.MULTIPLE_CHOICES,
                "PGRST201",
                "Could not embed because more than one relationship was found for '" + origin.name() + "' and '"
                        + target + "'",
                details.toString(),
                "Try changing '" + target + "' to one of the following: " + String.join(", ", hints)
                        + ". Find the desired relationship in the 'details' key.");
    }

    private static String description(Relationship relationship) {
        ObjectNode description = JsonMapper.shared().createObjectNode();
        String table = relationship.table().name();
        String foreign = relationship.foreign().name();
        if (relationship instanceof Relationship.Key key) {
            description.put("cardinality", key.cardinality().spelling());
            description.put(
                    "relationship",
                    key.constraint() + " using " + table + list(key.pairs(), Relationship.Pair::column) + " and "
                            + foreign + list(key.pairs(), Relationship.Pair::foreignColumn));
        } else if (relationship instanceof Relationship.Junction through) {
            description.put("cardinality", "many-to-many");
            description.put(
                    "relationship",
                    through.junction().name() + " using " + through.constraint()
                            + list(through.toJunction(), Relationship.Pair::foreignColumn) + " and "
                            + through.foreignConstraint() + list(through.toForeign(), Relationship.Pair::column));
        }
        description.put("embedding", table + " with " + foreign);
        return description.toString();
    }

    private static String list(List<Relationship.Pair> pairs, Function<Relationship.Pair, String> column) {
        return pairs.stream().map(column).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String hint(Relationship relationship) {
        if (relationship instanceof Relationship.Key key) {
            return key.constraint();
        }
        if (relationship instanceof Relationship.Junction through) {
            return through.junction().name();
        }
        return ((Relationship.Computed) relationship).function().name();
    }
}
