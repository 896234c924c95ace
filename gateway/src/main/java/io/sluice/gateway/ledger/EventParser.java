package io.sluice.gateway.ledger;

import io.sluice.gateway.error.ApiException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads accounts or transfers from JSON, token by token, strictly: what is not known or not exact is refused with its
 * name, because a ledger that guesses is wrong.
 *
 * @param <T> what an object stands for
 */
abstract class EventParser<T> {

    /** More than this in one request is for the NDJSON stream. */
    static final int EVENTS_MAX = 10_000;

    private static final JsonFactory JSON = new JsonFactory();
    private static final BigInteger UNSIGNED_LONG_MAX =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final String kind;

    /** @param kind what an object is called in messages */
    EventParser(String kind) {
        this.kind = kind;
    }

    /** One request: what it holds, and whether it was an array. */
    record Body<T>(List<T> events, boolean array) {}

    /** Where a value stands, for messages. */
    record Place(String text) {

        @Override
        public String toString() {
            return text;
        }
    }

    /** One line of NDJSON. */
    T parseLine(byte[] bytes, long number) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            Place place = new Place("line " + number);
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw LedgerErrors.bad(LedgerErrors.NOT_JSON, place + " does not begin with an object", null);
            }
            T event = read(json, place);
            if (json.nextToken() != null) {
                throw LedgerErrors.bad(LedgerErrors.NOT_JSON, place + " goes on after its object", null);
            }
            return event;
        } catch (JacksonException e) {
            throw LedgerErrors.bad(
                    LedgerErrors.NOT_JSON,
                    "line " + number + " is not JSON: " + e.getOriginalMessage(),
                    "Column " + e.getLocation().getColumnNr() + ".");
        }
    }

    abstract T read(JsonParser json, Place place) throws JacksonException;

    Body<T> parse(byte[] bytes) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            return parse(json);
        } catch (JacksonException e) {
            throw LedgerErrors.bad(
                    LedgerErrors.NOT_JSON,
                    "The body is not JSON: " + e.getOriginalMessage(),
                    "Line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ".");
        }
    }

    private Body<T> parse(JsonParser json) {
        JsonToken first = json.nextToken();
        Body<T> body;
        if (first == JsonToken.START_OBJECT) {
            body = new Body<>(List.of(read(json, new Place("the " + kind))), false);
        } else if (first == JsonToken.START_ARRAY) {
            body = new Body<>(array(json), true);
        } else {
            throw LedgerErrors.bad(
                    LedgerErrors.NOT_JSON,
                    "The body must be a JSON object or an array of objects, not " + (first == null ? "empty" : first),
                    null);
        }
        if (json.nextToken() != null) {
            throw LedgerErrors.bad(LedgerErrors.NOT_JSON, "The body goes on after its end.", null);
        }
        return body;
    }

    private List<T> array(JsonParser json) {
        List<T> events = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Place place = new Place(kind + " " + events.size());
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw bad(place + " is " + json.currentToken() + ", not an object", null);
            }
            if (events.size() == EVENTS_MAX) {
                throw LedgerErrors.bad(
                        LedgerErrors.TOO_MANY,
                        "An array holds at most " + EVENTS_MAX + " objects",
                        "Send more as application/x-ndjson, one object a line.");
            }
            events.add(read(json, place));
        }
        return events;
    }

    static UUID uuid(JsonParser json, String field, Place place) {
        String text = json.currentToken() == JsonToken.VALUE_STRING ? json.getString() : "";
        UUID id = text.length() == 36 ? parseUuid(text) : null;
        if (id == null) {
            throw bad(
                    field + " of " + place + " is " + shown(json) + ", not a UUID",
                    "Write it as 36 characters: 01234567-89ab-cdef-0123-456789abcdef.");
        }
        return id;
    }

    /** Null where it is none. {@link UUID#fromString} would take shortened groups, and two texts for one id. */
    static @Nullable UUID parseUuid(String text) {
        for (int i = 0; i < text.length(); i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text.charAt(i) != '-' : Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
                return null;
            }
        }
        return text.length() == 36 ? UUID.fromString(text) : null;
    }

    /** A whole number from 0 to {@code max}. */
    static long number(JsonParser json, String field, Place place, long max) {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT && fitsLong(json)) {
            long value = json.getLongValue();
            if (value >= 0 && value <= max) {
                return value;
            }
        }
        throw bad(field + " of " + place + " is " + shown(json) + ", not a whole number from 0 to " + max, null);
    }

    static boolean fitsLong(JsonParser json) {
        return json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }

    /** All 64 bits, unsigned. */
    static long unsignedLong(JsonParser json, String field, Place place) {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            BigInteger value = json.getBigIntegerValue();
            if (value.signum() >= 0 && value.compareTo(UNSIGNED_LONG_MAX) <= 0) {
                return value.longValue();
            }
        }
        throw bad(
                field + " of " + place + " is " + shown(json) + ", not a whole number from 0 to " + UNSIGNED_LONG_MAX,
                null);
    }

    static int flags(JsonParser json, Place place, Map<String, Integer> known) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw bad("flags of " + place + " is " + shown(json) + ", not an array of names", null);
        }
        int bits = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String name = json.currentToken() == JsonToken.VALUE_STRING ? json.getString() : shown(json);
            Integer bit = known.get(name);
            if (bit == null) {
                throw LedgerErrors.bad(
                        LedgerErrors.UNKNOWN_FLAG,
                        "flags of " + place + " holds '" + name + "', which is no flag",
                        "There are "
                                + String.join(
                                        ", ", known.keySet().stream().sorted().toList()) + ".");
            }
            bits |= bit;
        }
        return bits;
    }

    static ApiException unknownField(String field, Place place, String known) {
        return LedgerErrors.bad(
                LedgerErrors.UNKNOWN_FIELD, "'" + field + "' of " + place + " is no field", "There are " + known + ".");
    }

    static ApiException bad(String message, @Nullable String hint) {
        return LedgerErrors.bad(LedgerErrors.BAD_VALUE, message, hint);
    }

    /** The value as it was sent, shortened. */
    static String shown(JsonParser json) {
        JsonToken token = json.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return "an object";
        }
        if (token == JsonToken.START_ARRAY) {
            return "an array";
        }
        String text = json.getString();
        String cut = text.length() > 60 ? text.substring(0, 60) + "..." : text;
        return token == JsonToken.VALUE_STRING ? "'" + cut + "'" : cut;
    }
}
