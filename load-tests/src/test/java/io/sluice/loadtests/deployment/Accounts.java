package io.sluice.loadtests.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.loadtests.checks.Books;
import io.sluice.loadtests.data.TransferIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Accounts that a run creates for itself and funds from one more account, the last: so runs do not disturb each other, and
 * the run knows what each must hold.
 */
public final class Accounts {

    /** Any number but zero does; the demo's own accounts are on another ledger. */
    public static final int LEDGER = 7;

    private static final int CODE = 1;
    private static final int BATCH = 500;

    private final List<String> ids;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Books books;

    private Accounts(List<String> ids) {
        this.ids = List.copyOf(ids);
        for (int number = 0; number < ids.size(); number++) {
            numbers.put(ids.get(number), number);
        }
        this.books = new Books(ids.size());
    }

    /**
     * Creates the accounts and funds them.
     *
     * @throws NotReadyException when the ledger does not answer or does not do what it is told
     */
    public static Accounts open(Gateway gateway, int count, int funds) {
        Accounts accounts = new Accounts(IntStream.rangeClosed(0, count)
                .mapToObj(number -> UUID.randomUUID().toString())
                .toList());
        accounts.inBatches(gateway, "/ledger/v1/accounts", count + 1, accounts::creation);
        accounts.inBatches(gateway, "/ledger/v1/transfers", count, number -> accounts.transfer(count, number, funds));
        IntStream.range(0, count).forEach(number -> accounts.books.created(count, number, funds));
        return accounts;
    }

    /** What the accounts must hold. */
    public Books books() {
        return books;
    }

    /** How many there are to move money among; the funding account is not one of them. */
    public int size() {
        return ids.size() - 1;
    }

    /** How many there are with the funding account. */
    public int total() {
        return ids.size();
    }

    public String id(int number) {
        return ids.get(number);
    }

    public int number(String id) {
        return numbers.get(id);
    }

    /** All ids, the funding account's too, in portions that fit into a URL. */
    public List<List<String>> portions(int size) {
        List<List<String>> portions = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += size) {
            portions.add(ids.subList(from, Math.min(ids.size(), from + size)));
        }
        return portions;
    }

    /** The body of a transfer between two of the accounts. */
    public String transfer(int debit, int credit, long amount) {
        UUID id = TransferIds.next(System.currentTimeMillis(), ThreadLocalRandom.current());
        return "{\"id\":\"" + id + "\",\"debit_account_id\":\"" + ids.get(debit) + "\",\"credit_account_id\":\""
                + ids.get(credit) + "\",\"amount\":" + amount + ",\"ledger\":" + LEDGER + ",\"code\":" + CODE + "}";
    }

    private String creation(int number) {
        String flags = number == size() ? "" : "\"debits_must_not_exceed_credits\"";
        return "{\"id\":\"" + ids.get(number) + "\",\"ledger\":" + LEDGER + ",\"code\":" + CODE + ",\"flags\":[" + flags
                + "]}";
    }

    private void inBatches(Gateway gateway, String path, int count, IntFunction<String> event) {
        for (int from = 0; from < count; from += BATCH) {
            String body = IntStream.range(from, Math.min(count, from + BATCH))
                    .mapToObj(event)
                    .collect(Collectors.joining(",", "[", "]"));
            for (JsonNode outcome : gateway.post(path, body)) {
                if (!"created".equals(outcome.path("outcome").asText())) {
                    throw new NotReadyException("POST " + path + " did not create what the test needs: " + outcome);
                }
            }
        }
    }
}
