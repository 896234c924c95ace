package io.sluice.loadtests.checks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** Rows of an answer; everything that is not as it must be throws {@link ContentException} with what was seen. */
public final class Rows {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Rows() {}

    /** The elements of a JSON array. */
    public static List<JsonNode> ofArray(String body) {
        JsonNode array = parse(body);
        if (!array.isArray()) {
            throw new ContentException("is not a JSON array", body);
        }
        List<JsonNode> rows = new ArrayList<>(array.size());
        array.forEach(rows::add);
        return rows;
    }

    /** The lines of an NDJSON body; each must end with a line feed, or the body was cut. */
    public static List<JsonNode> ofLines(String body) {
        if (!body.isEmpty() && !body.endsWith("\n")) {
            throw new ContentException("does not end with a line feed, so it was cut", tail(body));
        }
        List<JsonNode> rows = new ArrayList<>();
        for (int start = 0; start < body.length(); ) {
            int end = body.indexOf('\n', start);
            rows.add(parse(body.substring(start, end)));
            start = end + 1;
        }
        return rows;
    }

    public static JsonNode parse(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (!node.isMissingNode()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw new ContentException("is not JSON: " + e.getOriginalMessage(), json);
        }
        throw new ContentException("is empty", json);
    }

    /** Exactly one row, which has this id. */
    public static JsonNode one(List<JsonNode> rows, long id) {
        if (rows.size() != 1 || longOf(rows.get(0), "id") != id) {
            throw new ContentException("is not the one row with id " + id, rows.toString());
        }
        return rows.get(0);
    }

    /** The newest orders of one customer: no more than asked for, all of the customer, newest first. */
    public static void pageOf(long customer, int limit, List<JsonNode> rows) {
        if (rows.size() > limit) {
            throw new ContentException("has " + rows.size() + " rows, more than the limit " + limit, "");
        }
        for (JsonNode row : rows) {
            if (longOf(row, "customer_id") != customer) {
                throw new ContentException("has an order of another customer than " + customer, row.toString());
            }
        }
        for (int i = 1; i < rows.size(); i++) {
            if (longOf(rows.get(i - 1), "id") <= longOf(rows.get(i), "id")) {
                throw new ContentException("is not in descending order of id at row " + (i + 1), rows.toString());
            }
        }
    }

    /** Rows after an id in ascending order: at least so many, at most so many, none twice. */
    public static void after(long id, int atLeast, int limit, List<JsonNode> rows) {
        if (rows.size() < atLeast || rows.size() > limit) {
            throw new ContentException(
                    "has " + rows.size() + " rows instead of " + atLeast + " to " + limit + " after id " + id, "");
        }
        long last = id;
        for (JsonNode row : rows) {
            long next = longOf(row, "id");
            if (next <= last) {
                throw new ContentException("has id " + next + " after id " + last, row.toString());
            }
            last = next;
        }
    }

    /** Exactly so many rows. */
    public static void count(List<JsonNode> rows, int expected) {
        if (rows.size() != expected) {
            throw new ContentException("has " + rows.size() + " rows instead of " + expected, rows.toString());
        }
    }

    public static long longOf(JsonNode row, String field) {
        JsonNode value = row.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new ContentException("has no whole number '" + field + "'", row.toString());
        }
        return value.longValue();
    }

    public static String textOf(JsonNode row, String field) {
        JsonNode value = row.path(field);
        if (!value.isTextual()) {
            throw new ContentException("has no text '" + field + "'", row.toString());
        }
        return value.textValue();
    }

    /** The row has this text in this field. */
    public static void sameText(JsonNode row, String field, String expected) {
        if (!textOf(row, field).equals(expected)) {
            throw new ContentException("has another '" + field + "' than '" + expected + "'", row.toString());
        }
    }

    private static String tail(String body) {
        return body.substring(Math.max(0, body.length() - 200));
    }
}
