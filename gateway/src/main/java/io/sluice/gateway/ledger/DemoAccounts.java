package io.sluice.gateway.ledger;

import io.sluice.transactions.ledger.Account;
import io.sluice.transactions.ledger.AccountFlag;
import io.sluice.transactions.ledger.Ledger;
import io.sluice.transactions.ledger.Transfer;
import io.sluice.transactions.ledger.UserData;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/** Ten accounts with money to try transfers on; making them again is harmless, as everything in the ledger. */
final class DemoAccounts {

    private static final int ACCOUNTS = 10;
    private static final int LEDGER = 1;
    private static final int CODE = 1;
    private static final long FUNDS = 1_000_000;
    private static final UUID BANK = id(0xb);
    private static final long TRANSFER_IDS = 0xd00;

    private DemoAccounts() {}

    static Mono<Void> create(Ledger ledger) {
        return Mono.defer(() -> ledger.createAccounts(accounts())
                .then(ledger.transfer(funding()))
                .then());
    }

    private static List<Account> accounts() {
        int holdsMoney = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS.bit();
        List<Account> accounts = new ArrayList<>();
        accounts.add(Account.create(BANK, UserData.NONE, LEDGER, CODE, 0));
        IntStream.rangeClosed(1, ACCOUNTS)
                .mapToObj(number -> Account.create(id(number), UserData.NONE, LEDGER, CODE, holdsMoney))
                .forEach(accounts::add);
        return accounts;
    }

    private static List<Transfer> funding() {
        return IntStream.rangeClosed(1, ACCOUNTS)
                .mapToObj(number -> Transfer.of(id(TRANSFER_IDS + number), BANK, id(number), FUNDS, LEDGER, CODE))
                .toList();
    }

    private static UUID id(long number) {
        return new UUID(0, number);
    }
}
