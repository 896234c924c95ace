package io.sluice.transactions.ledger;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A ledger that knows nothing but the list of its transfers: no counter is kept, none is changed. What an account has,
 * what became of a hold and whether an account is closed is counted together from the list each time, in numbers that
 * cannot overflow. Slow, and too simple to be wrong in the way the engine might be. Takes one transfer at a time.
 */
final class NaiveLedger {

    private static final BigInteger MOST = BigInteger.valueOf(Transfer.AMOUNT_MAX);

    private record Row(Transfer asked, UUID debit, UUID credit, BigInteger amount, UserData data, long micros) {}

    /** Debits or credits of an account. */
    record Side(BigInteger pending, BigInteger posted) {
        BigInteger all() {
            return pending.add(posted);
        }
    }

    private final Map<UUID, Account> accounts = new HashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private final Map<UUID, Row> byId = new HashMap<>();
    private final Map<UUID, Row> settlementOf = new HashMap<>();
    private final Set<UUID> burnt = new HashSet<>();

    void add(Account account) {
        accounts.put(account.id(), account);
    }

    List<Decision.Answer> transfer(List<Transfer> request, long firstMicros) {
        List<Decision.Answer> answers = new ArrayList<>();
        int from = 0;
        while (from < request.size()) {
            int to = from;
            while (to < request.size() && linked(request.get(to))) {
                to++;
            }
            boolean open = to == request.size();
            int end = open ? to : to + 1;
            answers.addAll(chain(request.subList(from, end), open, firstMicros + from));
            from = end;
        }
        return answers;
    }

    private static boolean linked(Transfer transfer) {
        return transfer.has(TransferFlag.LINKED);
    }

    private List<Decision.Answer> chain(List<Transfer> chain, boolean open, long firstMicros) {
        int before = rows.size();
        List<Decision.Answer> answers = new ArrayList<>();
        int failed = -1;
        for (int i = 0; i < chain.size(); i++) {
            Transfer transfer = chain.get(i);
            long micros = firstMicros + i;
            boolean last = i == chain.size() - 1;
            TransferOutcome outcome = open && last
                    ? TransferOutcome.LINKED_EVENT_CHAIN_OPEN
                    : failed >= 0 ? TransferOutcome.LINKED_EVENT_FAILED : decide(transfer, micros);
            boolean there = outcome == TransferOutcome.EXISTS;
            answers.add(new Decision.Answer(
                    transfer.id(), outcome, there ? byId.get(transfer.id()).micros() : micros));
            if (outcome != TransferOutcome.CREATED && failed < 0) {
                failed = i;
                forgetFrom(before);
                if (outcome.burnsId()) {
                    burnt.add(transfer.id());
                }
            }
        }
        for (int i = 0; i < failed; i++) {
            answers.set(
                    i, new Decision.Answer(chain.get(i).id(), TransferOutcome.LINKED_EVENT_FAILED, firstMicros + i));
        }
        return answers;
    }

    private void forgetFrom(int size) {
        while (rows.size() > size) {
            Row row = rows.remove(rows.size() - 1);
            byId.remove(row.asked().id());
            settlementOf.remove(row.asked().pendingId(), row);
        }
    }

    private TransferOutcome decide(Transfer t, long micros) {
        if (t.id().equals(Transfer.NIL)) {
            return TransferOutcome.ID_MUST_NOT_BE_ZERO;
        }
        if (t.id().equals(Transfer.ALL_ONES)) {
            return TransferOutcome.ID_MUST_NOT_BE_INT_MAX;
        }
        Row there = byId.get(t.id());
        if (there != null) {
            return repeat(t, there);
        }
        if (burnt.contains(t.id())) {
            return TransferOutcome.ID_ALREADY_FAILED;
        }
        boolean settles = posts(t) || voids(t) || expires(t);
        return settles ? settle(t, micros) : move(t, micros);
    }

    private static boolean posts(Transfer t) {
        return t.has(TransferFlag.POST_PENDING_TRANSFER);
    }

    private static boolean voids(Transfer t) {
        return t.has(TransferFlag.VOID_PENDING_TRANSFER);
    }

    private static boolean expires(Transfer t) {
        return t.has(TransferFlag.EXPIRE_PENDING_TRANSFER);
    }

    private static boolean holds(Transfer t) {
        return t.has(TransferFlag.PENDING);
    }

    /** Debits or credits of an account by the whole list. */
    Side side(UUID account, boolean debits) {
        BigInteger pending = BigInteger.ZERO;
        BigInteger posted = BigInteger.ZERO;
        for (Row row : rows) {
            if (!account.equals(debits ? row.debit() : row.credit())) {
                continue;
            }
            if (isPending(row)) {
                pending = pending.add(row.amount());
            } else if (!holds(row.asked()) && !voids(row.asked()) && !expires(row.asked())) {
                posted = posted.add(row.amount());
            }
        }
        return new Side(pending, posted);
    }

    private boolean isPending(Row row) {
        return holds(row.asked()) && !settlementOf.containsKey(row.asked().id());
    }

    boolean isClosed(UUID account) {
        return accounts.get(account).has(AccountFlag.CLOSED)
                || rows.stream()
                        .filter(this::isPending)
                        .anyMatch(row -> (row.asked().has(TransferFlag.CLOSING_DEBIT)
                                        && row.debit().equals(account))
                                || (row.asked().has(TransferFlag.CLOSING_CREDIT)
                                        && row.credit().equals(account)));
    }

    /** Holds whose time is over and that nobody has settled. */
    Set<UUID> due(long micros) {
        Set<UUID> due = new HashSet<>();
        rows.stream()
                .filter(row -> isPending(row) && isOver(row, micros))
                .forEach(row -> due.add(row.asked().id()));
        return due;
    }

    private static boolean isOver(Row hold, long micros) {
        long seconds = hold.asked().timeoutSeconds();
        return seconds > 0 && hold.micros() + seconds * 1_000_000 <= micros;
    }

    private TransferOutcome move(Transfer t, long micros) {
        TransferOutcome malformed = malformedMove(t);
        if (malformed != null) {
            return malformed;
        }
        Account debit = accounts.get(t.debitAccountId());
        Account credit = accounts.get(t.creditAccountId());
        if (debit == null) {
            return TransferOutcome.DEBIT_ACCOUNT_NOT_FOUND;
        }
        if (credit == null) {
            return TransferOutcome.CREDIT_ACCOUNT_NOT_FOUND;
        }
        if (debit.ledger() != credit.ledger()) {
            return TransferOutcome.ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
        }
        if (debit.ledger() != t.ledger()) {
            return TransferOutcome.TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;
        }
        if (isClosed(debit.id())) {
            return TransferOutcome.DEBIT_ACCOUNT_ALREADY_CLOSED;
        }
        if (isClosed(credit.id())) {
            return TransferOutcome.CREDIT_ACCOUNT_ALREADY_CLOSED;
        }
        return moveBetween(t, debit, credit, micros);
    }

    private static TransferOutcome malformedMove(Transfer t) {
        if (t.debitAccountId().equals(Transfer.NIL)) {
            return TransferOutcome.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        }
        if (t.debitAccountId().equals(Transfer.ALL_ONES)) {
            return TransferOutcome.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        }
        if (t.creditAccountId().equals(Transfer.NIL)) {
            return TransferOutcome.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        }
        if (t.creditAccountId().equals(Transfer.ALL_ONES)) {
            return TransferOutcome.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        }
        if (t.debitAccountId().equals(t.creditAccountId())) {
            return TransferOutcome.ACCOUNTS_MUST_BE_DIFFERENT;
        }
        if (!t.pendingId().equals(Transfer.NIL)) {
            return TransferOutcome.PENDING_ID_MUST_BE_ZERO;
        }
        if (!holds(t) && t.timeoutSeconds() > 0) {
            return TransferOutcome.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
        }
        if (!holds(t) && (t.has(TransferFlag.CLOSING_DEBIT) || t.has(TransferFlag.CLOSING_CREDIT))) {
            return TransferOutcome.CLOSING_TRANSFER_MUST_BE_PENDING;
        }
        if (t.ledger() == 0) {
            return TransferOutcome.LEDGER_MUST_NOT_BE_ZERO;
        }
        return t.code() == 0 ? TransferOutcome.CODE_MUST_NOT_BE_ZERO : null;
    }

    private TransferOutcome moveBetween(Transfer t, Account debit, Account credit, long micros) {
        Side spent = side(debit.id(), true);
        Side got = side(credit.id(), false);
        BigInteger has = side(debit.id(), false).posted();
        BigInteger owes = side(credit.id(), true).posted();
        BigInteger amount = BigInteger.valueOf(t.amount());
        if (t.has(TransferFlag.BALANCING_DEBIT)) {
            amount = amount.min(has.subtract(spent.all()).max(BigInteger.ZERO));
        }
        if (t.has(TransferFlag.BALANCING_CREDIT)) {
            amount = amount.min(owes.subtract(got.all()).max(BigInteger.ZERO));
        }
        if (holds(t) && tooMuch(spent.pending(), amount)) {
            return TransferOutcome.OVERFLOWS_DEBITS_PENDING;
        }
        if (holds(t) && tooMuch(got.pending(), amount)) {
            return TransferOutcome.OVERFLOWS_CREDITS_PENDING;
        }
        if (tooMuch(spent.posted(), amount)) {
            return TransferOutcome.OVERFLOWS_DEBITS_POSTED;
        }
        if (tooMuch(got.posted(), amount)) {
            return TransferOutcome.OVERFLOWS_CREDITS_POSTED;
        }
        if (tooMuch(spent.all(), amount)) {
            return TransferOutcome.OVERFLOWS_DEBITS;
        }
        if (tooMuch(got.all(), amount)) {
            return TransferOutcome.OVERFLOWS_CREDITS;
        }
        boolean debitLimited = debit.has(AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS);
        if (debitLimited && spent.all().add(amount).compareTo(has) > 0) {
            return TransferOutcome.EXCEEDS_CREDITS;
        }
        boolean creditLimited = credit.has(AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS);
        if (creditLimited && got.all().add(amount).compareTo(owes) > 0) {
            return TransferOutcome.EXCEEDS_DEBITS;
        }
        return record(new Row(t, debit.id(), credit.id(), amount, t.userData(), micros));
    }

    private static boolean tooMuch(BigInteger counter, BigInteger amount) {
        return counter.add(amount).compareTo(MOST) > 0;
    }

    private TransferOutcome record(Row row) {
        rows.add(row);
        byId.put(row.asked().id(), row);
        if (!row.asked().pendingId().equals(Transfer.NIL)) {
            settlementOf.put(row.asked().pendingId(), row);
        }
        return TransferOutcome.CREATED;
    }

    private TransferOutcome settle(Transfer t, long micros) {
        int others = t.flags()
                & ~(TransferFlag.LINKED.bit()
                        | TransferFlag.POST_PENDING_TRANSFER.bit()
                        | TransferFlag.VOID_PENDING_TRANSFER.bit()
                        | TransferFlag.EXPIRE_PENDING_TRANSFER.bit());
        if (others != 0 || (posts(t) && voids(t))) {
            return TransferOutcome.FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        }
        if (t.pendingId().equals(Transfer.NIL)) {
            return TransferOutcome.PENDING_ID_MUST_NOT_BE_ZERO;
        }
        if (t.pendingId().equals(Transfer.ALL_ONES)) {
            return TransferOutcome.PENDING_ID_MUST_NOT_BE_INT_MAX;
        }
        if (t.pendingId().equals(t.id())) {
            return TransferOutcome.PENDING_ID_MUST_BE_DIFFERENT;
        }
        if (t.timeoutSeconds() > 0) {
            return TransferOutcome.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
        }
        Row hold = byId.get(t.pendingId());
        if (hold == null) {
            return TransferOutcome.PENDING_TRANSFER_NOT_FOUND;
        }
        return holds(hold.asked()) ? settle(t, hold, micros) : TransferOutcome.PENDING_TRANSFER_NOT_PENDING;
    }

    private TransferOutcome settle(Transfer t, Row hold, long micros) {
        if (!t.debitAccountId().equals(Transfer.NIL) && !t.debitAccountId().equals(hold.debit())) {
            return TransferOutcome.PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID;
        }
        if (!t.creditAccountId().equals(Transfer.NIL) && !t.creditAccountId().equals(hold.credit())) {
            return TransferOutcome.PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID;
        }
        if (t.ledger() != 0 && t.ledger() != hold.asked().ledger()) {
            return TransferOutcome.PENDING_TRANSFER_HAS_DIFFERENT_LEDGER;
        }
        if (t.code() != 0 && t.code() != hold.asked().code()) {
            return TransferOutcome.PENDING_TRANSFER_HAS_DIFFERENT_CODE;
        }
        boolean whole = posts(t) ? t.amount() == Transfer.AMOUNT_MAX : t.amount() == 0;
        BigInteger amount = whole ? hold.amount() : BigInteger.valueOf(t.amount());
        if (amount.compareTo(hold.amount()) > 0) {
            return TransferOutcome.EXCEEDS_PENDING_TRANSFER_AMOUNT;
        }
        if (voids(t) && amount.compareTo(hold.amount()) < 0) {
            return TransferOutcome.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT;
        }
        Row settled = settlementOf.get(hold.asked().id());
        if (settled != null) {
            return posts(settled.asked())
                    ? TransferOutcome.PENDING_TRANSFER_ALREADY_POSTED
                    : voids(settled.asked())
                            ? TransferOutcome.PENDING_TRANSFER_ALREADY_VOIDED
                            : TransferOutcome.PENDING_TRANSFER_EXPIRED;
        }
        if (!expires(t) && isOver(hold, micros)) {
            return TransferOutcome.PENDING_TRANSFER_EXPIRED;
        }
        if (posts(t) && isClosed(hold.debit())) {
            return TransferOutcome.DEBIT_ACCOUNT_ALREADY_CLOSED;
        }
        if (posts(t) && isClosed(hold.credit())) {
            return TransferOutcome.CREDIT_ACCOUNT_ALREADY_CLOSED;
        }
        return record(new Row(t, hold.debit(), hold.credit(), amount, orElse(t.userData(), hold.data()), micros));
    }

    private static UserData orElse(UserData given, UserData held) {
        return new UserData(
                given.u128().equals(Transfer.NIL) ? held.u128() : given.u128(),
                given.u64() == 0 ? held.u64() : given.u64(),
                given.u32() == 0 ? held.u32() : given.u32());
    }

    private TransferOutcome repeat(Transfer t, Row there) {
        Transfer first = there.asked();
        if (t.flags() != first.flags()) {
            return TransferOutcome.EXISTS_WITH_DIFFERENT_FLAGS;
        }
        if (!t.pendingId().equals(first.pendingId())) {
            return TransferOutcome.EXISTS_WITH_DIFFERENT_PENDING_ID;
        }
        if (t.timeoutSeconds() != first.timeoutSeconds()) {
            return TransferOutcome.EXISTS_WITH_DIFFERENT_TIMEOUT;
        }
        boolean settles = posts(t) || voids(t) || expires(t);
        Row hold = settles ? byId.get(t.pendingId()) : null;
        if (!(hold != null && t.debitAccountId().equals(Transfer.NIL))
                && !t.debitAccountId().equals(there.debit())) {
            return TransferOutcome.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
        }
        if (!(hold != null && t.creditAccountId().equals(Transfer.NIL))
                && !t.creditAccountId().equals(there.credit())) {
            return TransferOutcome.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
        }
        if (!sameAmount(t, there, hold)) {
            return TransferOutcome.EXISTS_WITH_DIFFERENT_AMOUNT;
        }
        UserData data = hold == null ? t.userData() : orElse(t.userData(), hold.data());
        if (!data.u128().equals(there.data().u128())) {
            return TransferOutcome.EXISTS_WITH_DIFFERENT_USER_DATA_128;
        }
        if (data.u64() != there.data().u64()) {
            return TransferOutcome.EXISTS_WITH_DIFFERENT_USER_DATA_64;
        }
        if (data.u32() != there.data().u32()) {
            return TransferOutcome.EXISTS_WITH_DIFFERENT_USER_DATA_32;
        }
        Transfer kinds = hold == null ? first : hold.asked();
        if (!(hold != null && t.ledger() == 0) && t.ledger() != kinds.ledger()) {
            return TransferOutcome.EXISTS_WITH_DIFFERENT_LEDGER;
        }
        boolean sameCode = (hold != null && t.code() == 0) || t.code() == kinds.code();
        return sameCode ? TransferOutcome.EXISTS : TransferOutcome.EXISTS_WITH_DIFFERENT_CODE;
    }

    private static boolean sameAmount(Transfer t, Row there, Row hold) {
        BigInteger asked = BigInteger.valueOf(t.amount());
        if (hold != null) {
            boolean whole = posts(t) ? t.amount() == Transfer.AMOUNT_MAX : t.amount() == 0;
            return there.amount().equals(whole ? hold.amount() : asked);
        }
        boolean balancing = t.has(TransferFlag.BALANCING_DEBIT) || t.has(TransferFlag.BALANCING_CREDIT);
        return balancing ? asked.compareTo(there.amount()) >= 0 : asked.equals(there.amount());
    }
}
