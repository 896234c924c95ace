package io.sluice.transactions.ledger;

import java.util.UUID;

/** The columns of a row of TigerBeetle's test tables; see tigerbeetle-tables.txt for where they are from. */
final class TableRow {

    private final String text;
    private final String[] columns;
    private int next;

    TableRow(String text) {
        this.text = text;
        this.columns = text.split(" ");
    }

    String word() {
        return columns[next++];
    }

    boolean atEnd() {
        return next == columns.length;
    }

    /** {@code _} is zero, a leading letter is decoration, a minus counts down from the maximum. */
    long number(long max) {
        String word = word();
        if (word.equals("_")) {
            return 0;
        }
        String digits = Character.isLetter(word.charAt(0)) ? word.substring(1) : word;
        return digits.startsWith("-") ? max - Long.parseLong(digits.substring(1)) : Long.parseLong(digits);
    }

    UUID id() {
        long number = number(Long.MAX_VALUE);
        return number == Long.MAX_VALUE ? new UUID(-1, -1) : new UUID(0, number);
    }

    long amount() {
        return number(Transfer.AMOUNT_MAX);
    }

    UserData userData() {
        return new UserData(new UUID(0, number(Long.MAX_VALUE)), number(-1), number(Transfer.UNSIGNED_INT_MAX));
    }

    int flag(int bit) {
        return word().equals("_") ? 0 : bit;
    }

    /** Whether the row needs what our requests do not have: reserved bits, or times given by the client. */
    private boolean usesReserved(int from, int to) {
        for (int column = from; column < to; column++) {
            if (!columns[column].equals("_")) {
                return true;
            }
        }
        return false;
    }

    boolean accountCannotBeAsked() {
        return usesReserved(9, 10) || usesReserved(15, 17) || usesReserved(18, 20);
    }

    boolean transferCannotBeAsked() {
        return usesReserved(18, 19) || usesReserved(21, 23);
    }

    Account account() {
        UUID id = id();
        Balance balance = new Balance(amount(), amount(), amount(), amount());
        UserData userData = userData();
        word();
        long ledger = number(Transfer.UNSIGNED_INT_MAX);
        int code = (int) number(Transfer.CODE_MAX);
        int flags = flag(AccountFlag.LINKED.bit())
                | flag(AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS.bit())
                | flag(AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS.bit())
                | flag(0)
                | flag(0)
                | flag(AccountFlag.CLOSED.bit());
        word();
        word();
        return new Account(id, balance, userData, ledger, code, flags, 0, 0);
    }

    Transfer transfer() {
        UUID id = id();
        UUID debit = id();
        UUID credit = id();
        long amount = amount();
        UUID pendingId = id();
        UserData userData = userData();
        long timeout = number(Transfer.UNSIGNED_INT_MAX);
        long ledger = number(Transfer.UNSIGNED_INT_MAX);
        int code = (int) number(Transfer.CODE_MAX);
        int flags = flag(TransferFlag.LINKED.bit())
                | flag(TransferFlag.PENDING.bit())
                | flag(TransferFlag.POST_PENDING_TRANSFER.bit())
                | flag(TransferFlag.VOID_PENDING_TRANSFER.bit())
                | flag(TransferFlag.BALANCING_DEBIT.bit())
                | flag(TransferFlag.BALANCING_CREDIT.bit())
                | flag(0)
                | flag(TransferFlag.CLOSING_DEBIT.bit())
                | flag(TransferFlag.CLOSING_CREDIT.bit());
        word();
        word();
        return new Transfer(id, debit, credit, amount, pendingId, userData, timeout, ledger, code, flags);
    }

    @Override
    public String toString() {
        return text;
    }
}
