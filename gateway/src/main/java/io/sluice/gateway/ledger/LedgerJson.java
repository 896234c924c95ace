package io.sluice.gateway.ledger;

import io.sluice.transactions.ledger.Account;
import io.sluice.transactions.ledger.AccountFlag;
import io.sluice.transactions.ledger.AccountOutcome;
import io.sluice.transactions.ledger.Balance;
import io.sluice.transactions.ledger.RecordedTransfer;
import io.sluice.transactions.ledger.Transfer;
import io.sluice.transactions.ledger.TransferFlag;
import io.sluice.transactions.ledger.UserData;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Writes the ledger's JSON. Everything in it is a number, a UUID, a time or a name of ours: nothing needs escaping. */
final class LedgerJson {

    private final StringBuilder out;

    LedgerJson(int capacity) {
        this.out = new StringBuilder(capacity);
    }

    /** An array with {@code each} element written by {@code write}. */
    static <T> byte[] array(List<T> elements, BiConsumer<LedgerJson, T> write) {
        LedgerJson json = new LedgerJson(2 + elements.size() * 160);
        json.out.append('[');
        for (int i = 0; i < elements.size(); i++) {
            json.out.append(i == 0 ? "" : ",");
            write.accept(json, elements.get(i));
        }
        json.out.append(']');
        return json.bytes();
    }

    /** NDJSON: a line for each element. */
    static <T> String lines(List<T> elements, BiConsumer<LedgerJson, T> write) {
        LedgerJson json = new LedgerJson(elements.size() * 160);
        for (T element : elements) {
            write.accept(json, element);
            json.out.append('\n');
        }
        return json.out.toString();
    }

    static <T> byte[] object(T element, BiConsumer<LedgerJson, T> write) {
        LedgerJson json = new LedgerJson(512);
        write.accept(json, element);
        return json.bytes();
    }

    /** Server-sent events, one for each account; the token is the id of each. */
    static String events(List<Account> accounts, String token) {
        LedgerJson json = new LedgerJson(accounts.size() * 400);
        for (Account account : accounts) {
            json.out.append("id:").append(token).append("\ndata:");
            json.account(account);
            json.out.append("\n\n");
        }
        return json.out.toString();
    }

    /** The answer where nobody knows: how to find out. */
    static byte[] unknown(List<UUID> ids) {
        LedgerJson json = new LedgerJson(400 + ids.size() * 40);
        json.out
                .append("{\"code\":\"")
                .append(LedgerErrors.OUTCOME_UNKNOWN)
                .append(
                        "\",\"message\":\"The outcome is unknown: the database did not answer the COMMIT.\",\"details\":null,")
                .append("\"hint\":\"Send the same transfers again with the same ids: each is in the ledger once or not")
                .append(" at all, and the answer tells.\",\"outcome\":\"unknown\",\"ids\":[");
        for (int i = 0; i < ids.size(); i++) {
            json.out.append(i == 0 ? "\"" : ",\"").append(ids.get(i)).append('"');
        }
        json.out.append("]}");
        return json.bytes();
    }

    /** One outcome for each account, in order. */
    byte[] outcomes(List<Account> accounts, List<AccountOutcome> outcomes) {
        out.append('[');
        for (int i = 0; i < accounts.size(); i++) {
            out.append(i == 0 ? "" : ",");
            answer(accounts.get(i).id(), outcomes.get(i).wireName(), 0);
        }
        out.append(']');
        return bytes();
    }

    byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }

    void answer(UUID id, String outcome, long timestampMicros) {
        out.append("{\"id\":\"")
                .append(id)
                .append("\",\"outcome\":\"")
                .append(outcome)
                .append('"');
        if (timestampMicros > 0) {
            timestamp(timestampMicros);
        }
        out.append('}');
    }

    void account(Account account) {
        out.append("{\"id\":\"").append(account.id()).append('"');
        balance(account.balance());
        out.append(",\"ledger\":").append(account.ledger());
        out.append(",\"code\":").append(account.code());
        out.append(",\"flags\":[");
        for (AccountFlag flag : AccountFlag.values()) {
            name(account.has(flag), flag.wireName());
        }
        out.append(']');
        userData(account.userData());
        timestamp(account.timestampMicros());
        out.append('}');
    }

    void transfer(RecordedTransfer recorded) {
        Transfer transfer = recorded.transfer();
        out.append("{\"id\":\"").append(transfer.id());
        out.append("\",\"debit_account_id\":\"").append(transfer.debitAccountId());
        out.append("\",\"credit_account_id\":\"").append(transfer.creditAccountId());
        out.append("\",\"amount\":").append(transfer.amount());
        out.append(",\"pending_id\":\"").append(transfer.pendingId());
        out.append("\",\"timeout\":").append(transfer.timeoutSeconds());
        out.append(",\"ledger\":").append(transfer.ledger());
        out.append(",\"code\":").append(transfer.code());
        out.append(",\"flags\":[");
        for (TransferFlag flag : TransferFlag.values()) {
            name(transfer.has(flag), flag.wireName());
        }
        out.append(']');
        userData(transfer.userData());
        if (transfer.has(TransferFlag.PENDING)) {
            out.append(",\"status\":\"")
                    .append(recorded.hold().name().toLowerCase(java.util.Locale.ROOT))
                    .append('"');
        }
        timestamp(recorded.timestampMicros());
        out.append('}');
    }

    /** A transfer as one of its accounts sees it, with that account's counters after it. */
    void statementRow(RecordedTransfer recorded, UUID account) {
        transfer(recorded);
        out.setLength(out.length() - 1);
        boolean debit = account.equals(recorded.transfer().debitAccountId());
        out.append(",\"side\":\"").append(debit ? "debit" : "credit").append('"');
        balance(recorded.balanceOf(account));
        out.append('}');
    }

    /** The names of a transfer's flags with spaces between them. */
    static String flagNames(Transfer transfer) {
        StringBuilder names = new StringBuilder();
        for (TransferFlag flag : TransferFlag.values()) {
            if (transfer.has(flag)) {
                names.append(names.isEmpty() ? "" : " ").append(flag.wireName());
            }
        }
        return names.toString();
    }

    private void balance(Balance balance) {
        out.append(",\"debits_pending\":").append(balance.debitsPending());
        out.append(",\"debits_posted\":").append(balance.debitsPosted());
        out.append(",\"credits_pending\":").append(balance.creditsPending());
        out.append(",\"credits_posted\":").append(balance.creditsPosted());
    }

    private void name(boolean present, String name) {
        if (present) {
            out.append(out.charAt(out.length() - 1) == '[' ? "\"" : ",\"")
                    .append(name)
                    .append('"');
        }
    }

    private void userData(UserData data) {
        out.append(",\"user_data\":{\"u128\":\"").append(data.u128());
        out.append("\",\"u64\":").append(Long.toUnsignedString(data.u64()));
        out.append(",\"u32\":").append(data.u32()).append('}');
    }

    private void timestamp(long micros) {
        out.append(",\"timestamp\":\"")
                .append(Instant.EPOCH.plus(micros, ChronoUnit.MICROS))
                .append('"');
    }
}
