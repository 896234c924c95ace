package io.sluice.gateway.ledger;

import io.sluice.gateway.ledger.EventParser.Place;
import io.sluice.transactions.ledger.Transfer;
import io.sluice.transactions.ledger.UserData;
import java.util.UUID;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** {@code user_data}, as an object or as three fields beside the others. */
final class UserDataParser {

    private UUID u128 = Transfer.NIL;
    private long u64;
    private long u32;

    /** Whether {@code field} was one of the three. */
    boolean readFlat(String field, JsonParser json, Place place) {
        switch (field) {
            case "user_data_128" -> u128 = EventParser.uuid(json, field, place);
            case "user_data_64" -> u64 = EventParser.unsignedLong(json, field, place);
            case "user_data_32" -> u32 = EventParser.number(json, field, place, Transfer.UNSIGNED_INT_MAX);
            default -> {
                return false;
            }
        }
        return true;
    }

    void readObject(JsonParser json, Place place) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw EventParser.bad("user_data of " + place + " is " + EventParser.shown(json) + ", not an object", null);
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            if (!readFlat("user_data_" + name.replaceFirst("^u", ""), json, place)) {
                throw EventParser.unknownField("user_data." + name, place, "u128, u64 and u32");
            }
        }
    }

    UserData value() {
        return u64 == 0 && u32 == 0 && u128.equals(Transfer.NIL) ? UserData.NONE : new UserData(u128, u64, u32);
    }
}
