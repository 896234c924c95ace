package io.sluice.gateway.query;

import io.sluice.gateway.query.ApiQuery.Argument;
import io.sluice.gateway.query.ApiQuery.At;
import io.sluice.gateway.query.Condition.Connective;
import io.sluice.gateway.query.QueryString.Parameter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Query string to {@link ApiQuery}. Errors are {@code PGRST100} with the position. */
public final class QueryParser {

    private final boolean acceptsArguments;
    private @Nullable List<SelectItem> select;
    private @Nullable List<String> columns;
    private @Nullable List<String> onConflict;
    private @Nullable String after;
    private final List<At<Condition>> conditions = new ArrayList<>();
    private final List<At<List<OrderTerm>>> orders = new ArrayList<>();
    private final Map<List<String>, Page> pages = new LinkedHashMap<>();
    private final List<Argument> arguments = new ArrayList<>();

    private QueryParser(boolean acceptsArguments) {
        this.acceptsArguments = acceptsArguments;
    }

    /** Understands the raw (still encoded) query string of a table request. */
    public static ApiQuery parse(@Nullable String query) {
        return new QueryParser(false).run(query);
    }

    /** Understands the raw query string of a function call, where parameters without an operator are arguments. */
    public static ApiQuery parseCall(@Nullable String query) {
        return new QueryParser(true).run(query);
    }

    /** The same query string with its parameters sorted by name, encoded anew. */
    public static String canonical(@Nullable String query) {
        return canonicalWithout(query, "");
    }

    /** The same without the parameter of that name. */
    public static String canonicalWithout(@Nullable String query, String left) {
        return QueryString.parse(query).stream()
                .filter(parameter -> !parameter.name().equals(left))
                .sorted(Comparator.comparing(Parameter::name))
                .map(parameter ->
                        encode(parameter.name()) + "=" + encode(Objects.requireNonNullElse(parameter.value(), "")))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The fields of a form: {@code application/x-www-form-urlencoded}. */
    public static Map<String, String> form(String body) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (Parameter parameter : QueryString.parse(body)) {
            fields.put(parameter.name(), parameter.value() == null ? "" : parameter.value());
        }
        return fields;
    }

    private ApiQuery run(@Nullable String query) {
        for (Parameter parameter : QueryString.parse(query)) {
            if (parameter.value() != null) {
                accept(parameter.name(), parameter.value());
            }
        }
        List<At<Page>> placed = new ArrayList<>();
        pages.forEach((path, page) -> placed.add(new At<>(path, page)));
        List<SelectItem> selected = select == null ? List.of(new SelectItem.AllColumns()) : select;
        return new ApiQuery(selected, conditions, orders, placed, columns, onConflict, after, arguments);
    }

    private void accept(String name, String value) {
        switch (name) {
            case "select" -> select = select == null ? selected(value) : select;
            case "columns" -> columns = columns == null ? names("columns parameter", value) : columns;
            case "on_conflict" -> onConflict = onConflict == null ? names("on_conflict parameter", value) : onConflict;
            case "after" -> acceptAfter(value);
            default -> acceptEmbeddable(name, value);
        }
    }

    /** Nothing selected is everything, but nothing of an embedded relation is nothing. */
    private static List<SelectItem> selected(String value) {
        List<SelectItem> items = SelectGrammar.parse(value);
        return items.isEmpty() ? List.of(new SelectItem.AllColumns()) : items;
    }

    /** A column may have the name: its filter has an operator, and so a dot. */
    private void acceptAfter(String value) {
        if (acceptsArguments || !Cursor.looksLikeCursor(value)) {
            acceptFilter("after", value);
        } else if (after == null) {
            after = value;
        }
    }

    private void acceptEmbeddable(String name, String value) {
        switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "order" -> orders.add(new At<>(parent(name), OrderGrammar.parse(value)));
            case "limit" -> acceptPage(parent(name), number(value), null);
            case "offset" -> acceptPage(parent(name), null, number(value));
            case "and" -> acceptLogic(name, Connective.AND, value);
            case "or" -> acceptLogic(name, Connective.OR, value);
            default -> acceptFilter(name, value);
        }
    }

    private void acceptPage(List<String> path, @Nullable Long limit, @Nullable Long offset) {
        Page page = pages.getOrDefault(path, Page.ALL);
        pages.put(
                path,
                new Page(offset == null ? page.offset() : Math.max(0, offset), limit == null ? page.limit() : limit));
    }

    /** A number that is none is no number, as PostgREST has it; a negative one is for the planner to refuse. */
    private static @Nullable Long number(String value) {
        try {
            return Long.valueOf(value.trim());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void acceptLogic(String name, Connective connective, String value) {
        List<String> path = new ArrayList<>(parent(name));
        boolean negated = path.remove("not");
        conditions.add(new At<>(path, LogicGrammar.parse(negated, connective, value)));
    }

    private void acceptFilter(String name, String value) {
        if (acceptsArguments && !FilterGrammar.looksLikeFilter(value)) {
            arguments.add(new Argument(name, value));
            return;
        }
        Scanner in = new Scanner("tree path", name);
        List<String> path = new ArrayList<>(path(in));
        String column = path.remove(path.size() - 1);
        Field field = new Field(column, NameGrammar.jsonPath(in));
        in.expectEnd("\"->>\", \"->\", delimiter (.) or end of input");
        conditions.add(new At<>(path, new Condition.Leaf(FilterGrammar.parse(field, value))));
    }

    private static List<String> parent(String name) {
        List<String> path = path(new Scanner("tree path", name));
        return path.subList(0, path.size() - 1);
    }

    private static List<String> path(Scanner in) {
        List<String> path = new ArrayList<>();
        do {
            path.add(NameGrammar.name(in));
        } while (in.accept("."));
        return path;
    }

    private static List<String> names(String what, String value) {
        Scanner in = new Scanner(what, value);
        List<String> names = new ArrayList<>();
        do {
            in.skipBlanks();
            names.add(NameGrammar.name(in));
            in.skipBlanks();
        } while (in.accept(","));
        in.expectEnd("\",\" or end of input");
        return names;
    }
}
