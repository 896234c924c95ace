package io.sluice.gateway.ledger;

import io.sluice.transactions.ledger.Account;
import io.sluice.transactions.ledger.AccountFlag;
import io.sluice.transactions.ledger.Balance;
import io.sluice.transactions.ledger.Transfer;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Accounts to create, from JSON. */
final class AccountParser extends EventParser<Account> {

    private static final String FIELDS = "id, ledger, code, flags and user_data";

    private static final Map<String, Integer> FLAGS = Arrays.stream(AccountFlag.values())
            .collect(Collectors.toUnmodifiableMap(AccountFlag::wireName, AccountFlag::bit));

    AccountParser() {
        super("account");
    }

    @Override
    Account read(JsonParser json, Place place) {
        UUID id = Transfer.NIL;
        long ledger = 0;
        long code = 0;
        int flags = 0;
        // Counters may be sent back as they were read, but only as zero: the ledger answers each that is not.
        long debitsPending = 0;
        long debitsPosted = 0;
        long creditsPending = 0;
        long creditsPosted = 0;
        UserDataParser userData = new UserDataParser();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case "id" -> id = uuid(json, field, place);
                case "ledger" -> ledger = number(json, field, place, Transfer.UNSIGNED_INT_MAX);
                case "code" -> code = number(json, field, place, Transfer.CODE_MAX);
                case "flags" -> flags = flags(json, place, FLAGS);
                case "user_data" -> userData.readObject(json, place);
                case "debits_pending" -> debitsPending = number(json, field, place, Transfer.AMOUNT_MAX);
                case "debits_posted" -> debitsPosted = number(json, field, place, Transfer.AMOUNT_MAX);
                case "credits_pending" -> creditsPending = number(json, field, place, Transfer.AMOUNT_MAX);
                case "credits_posted" -> creditsPosted = number(json, field, place, Transfer.AMOUNT_MAX);
                default -> {
                    if (!userData.readFlat(field, json, place)) {
                        throw unknownField(field, place, FIELDS);
                    }
                }
            }
        }
        Balance balance = new Balance(debitsPending, debitsPosted, creditsPending, creditsPosted);
        return new Account(id, balance, userData.value(), ledger, (int) code, flags, 0, 0);
    }
}
