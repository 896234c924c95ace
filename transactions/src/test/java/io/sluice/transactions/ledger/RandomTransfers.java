package io.sluice.transactions.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Requests with every flag, repeated and made-up ids, and amounts that are often too much. */
final class RandomTransfers {

    private static final long[] AMOUNTS = {0, 1, 2, 5, 10, 100, 1_000, Transfer.AMOUNT_MAX - 1, Transfer.AMOUNT_MAX};

    private final Random random;
    private final List<UUID> accounts;
    private final List<Transfer> sent = new ArrayList<>();

    RandomTransfers(Random random, List<UUID> accounts) {
        this.random = random;
        this.accounts = accounts;
    }

    List<Transfer> request(int size) {
        List<Transfer> request = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Transfer next = next();
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
