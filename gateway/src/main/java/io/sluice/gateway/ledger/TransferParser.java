package io.sluice.gateway.ledger;

import io.sluice.transactions.ledger.Transfer;
import io.sluice.transactions.ledger.TransferFlag;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Transfers from JSON. */
final class TransferParser extends EventParser<Transfer> {

    private static final String FIELDS = "id, debit_account_id, credit_account_id, amount, pending_id, timeout, ledger,"
            + " code, flags and user_data";

    /** What callers may ask for: expiry is the ledger's own. */
    private static final Map<String, Integer> FLAGS = Arrays.stream(TransferFlag.values())
            .filter(flag -> flag != TransferFlag.EXPIRE_PENDING_TRANSFER)
            .collect(Collectors.toUnmodifiableMap(TransferFlag::wireName, TransferFlag::bit));

    TransferParser() {
        super("transfer");
    }

    @Override
    Transfer read(JsonParser json, Place place) {
        UUID id = Transfer.NIL;
        UUID debit = Transfer.NIL;
        UUID credit = Transfer.NIL;
        UUID pendingId = Transfer.NIL;
        long amount = 0;
        long timeout = 0;
        long ledger = 0;
        long code = 0;
        int flags = 0;
        UserDataParser userData = new UserDataParser();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case "id" -> id = uuid(json, field, place);
                case "debit_account_id" -> debit = uuid(json, field, place);
                case "credit_account_id" -> credit = uuid(json, field, place);
                case "amount" -> amount = amount(json, place);
                case "pending_id" -> pendingId = uuid(json, field, place);
                case "timeout" -> timeout = number(json, field, place, Transfer.UNSIGNED_INT_MAX);
                case "ledger" -> ledger = number(json, field, place, Transfer.UNSIGNED_INT_MAX);
                case "code" -> code = number(json, field, place, Transfer.CODE_MAX);
                case "flags" -> flags = flags(json, place, FLAGS);
                case "user_data" -> userData.readObject(json, place);
                default -> {
                    if (!userData.readFlat(field, json, place)) {
                        throw unknownField(field, place, FIELDS);
                    }
                }
            }
        }
        return new Transfer(id, debit, credit, amount, pendingId, userData.value(), timeout, ledger, (int) code, flags);
    }

    private static long amount(JsonParser json, Place place) {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT && fitsLong(json) && json.getLongValue() >= 0) {
            return json.getLongValue();
        }
        String what = "amount of " + place + " is " + shown(json);
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw bad(what + ", not a whole number", "Amounts are counted in the smallest unit: 12.50 is 1250.");
        }
        if (json.getBigIntegerValue().signum() < 0) {
            throw bad(what + ", which is negative", "To move money back swap debit and credit account.");
        }
        throw bad(what + ", which is too large", "The largest amount is " + Transfer.AMOUNT_MAX + ".");
    }
}
