package io.sluice.transactions.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Requests with every flag, repeated and made-up ids, and amounts that are often too much. Wild ones have a field
 * besides that makes no sense there, or that is not what it was when the transfer is repeated.
 */
final class RandomTransfers {

    private static final long[] AMOUNTS = {0, 1, 2, 5, 10, 100, 1_000, Transfer.AMOUNT_MAX - 1, Transfer.AMOUNT_MAX};

    private final Random random;
    private final List<UUID> accounts;
    private final boolean wild;
    private final List<Transfer> sent = new ArrayList<>();

    RandomTransfers(Random random, List<UUID> accounts) {
        this(random, accounts, false);
    }

    private RandomTransfers(Random random, List<UUID> accounts, boolean wild) {
        this.random = random;
        this.accounts = accounts;
        this.wild = wild;
    }

    static RandomTransfers wild(Random random, List<UUID> accounts) {
        return new RandomTransfers(random, accounts, true);
    }

    List<Transfer> request(int size) {
        List<Transfer> request = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Transfer tame = next();
            Transfer next = wild && random.nextInt(5) == 0 ? changed(tame) : tame;
            request.add(next);
            sent.add(next);
        }
        return request;
    }

    private Transfer next() {
        int kind = random.nextInt(20);
        if (kind == 0 && !sent.isEmpty()) {
            return earlier();
        }
        if (kind < 7 && !sent.isEmpty()) {
            return settlement();
        }
        int flags = linked()
                | flag(TransferFlag.PENDING, 3)
                | flag(TransferFlag.BALANCING_DEBIT, 10)
                | flag(TransferFlag.BALANCING_CREDIT, 10)
                | flag(TransferFlag.CLOSING_DEBIT, 200)
                | flag(TransferFlag.CLOSING_CREDIT, 200);
        long timeout = (flags & TransferFlag.PENDING.bit()) == 0 ? 0 : random.nextInt(3);
        return new Transfer(id(), account(), account(), amount(), Transfer.NIL, UserData.NONE, timeout, 1, 1, flags);
    }

    private Transfer settlement() {
        int flags = linked()
                | (random.nextBoolean()
                        ? TransferFlag.POST_PENDING_TRANSFER.bit()
                        : TransferFlag.VOID_PENDING_TRANSFER.bit());
        long amount = random.nextInt(3) == 0 ? amount() : random.nextBoolean() ? 0 : Transfer.AMOUNT_MAX;
        return new Transfer(id(), Transfer.NIL, Transfer.NIL, amount, earlier().id(), UserData.NONE, 0, 0, 0, flags);
    }

    /** The same with one field, sometimes two, that is something else. */
    private Transfer changed(Transfer t) {
        int which = random.nextInt(10);
        Transfer changed = new Transfer(
                which == 0 && random.nextInt(4) == 0 ? strange(t.id()) : t.id(),
                which == 1 ? strange(account()) : t.debitAccountId(),
                which == 2 ? strange(account()) : t.creditAccountId(),
                which == 3 ? amount() : t.amount(),
                which == 4 ? strange(sent.isEmpty() ? t.id() : earlier().id()) : t.pendingId(),
                which == 5 ? userData() : t.userData(),
                which == 6 ? random.nextInt(4) : t.timeoutSeconds(),
                which == 7 ? random.nextInt(3) : t.ledger(),
                which == 8 ? random.nextInt(3) : t.code(),
                which == 9 ? random.nextInt(1 << 8) : t.flags());
        return random.nextInt(8) == 0 ? changed(changed) : changed;
    }

    private UUID strange(UUID ordinary) {
        return switch (random.nextInt(4)) {
            case 0 -> Transfer.NIL;
            case 1 -> Transfer.ALL_ONES;
            default -> ordinary;
        };
    }

    private UserData userData() {
        return new UserData(
                random.nextBoolean() ? Transfer.NIL : new UUID(0, 1 + random.nextInt(2)),
                random.nextInt(3),
                random.nextInt(3));
    }

    private Transfer earlier() {
        return sent.get(Math.max(0, sent.size() - 1 - random.nextInt(Math.min(200, sent.size()))));
    }

    private UUID id() {
        return random.nextInt(50) == 0 && !sent.isEmpty()
                ? earlier().id()
                : new UUID(random.nextLong(), random.nextLong());
    }

    private UUID account() {
        return random.nextInt(100) == 0
                ? new UUID(9, random.nextInt(3))
                : accounts.get(random.nextInt(accounts.size()));
    }

    private long amount() {
        return random.nextInt(20) == 0 ? AMOUNTS[random.nextInt(AMOUNTS.length)] : random.nextInt(50);
    }

    private int linked() {
        return flag(TransferFlag.LINKED, 8);
    }

    private int flag(TransferFlag flag, int onceIn) {
        return random.nextInt(onceIn) == 0 ? flag.bit() : 0;
    }
}
