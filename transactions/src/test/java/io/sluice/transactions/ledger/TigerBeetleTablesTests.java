package io.sluice.transactions.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The engine gives the answers of TigerBeetle's own test tables. */
class TigerBeetleTablesTests {

    private static final String TABLES = "/ledger/tigerbeetle-tables.txt";

    @TestFactory
    List<DynamicTest> tables() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        read().forEach((name, rows) -> tests.add(DynamicTest.dynamicTest(name, () -> new Replay(name).run(rows))));
        return tests;
    }

    @Test
    void allTablesAreThere() throws IOException {
        assertThat(read()).hasSize(28);
        assertThat(read().values().stream().flatMap(List::stream).filter(row -> row.startsWith("transfer ")))
                .hasSize(248);
    }

    private static Map<String, List<String>> read() throws IOException {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        List<String> rows = new ArrayList<>();
        for (String line : lines()) {
            if (line.startsWith("test ")) {
                rows = new ArrayList<>();
                tables.put(line.substring("test ".length()), rows);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                rows.add(line);
            }
        }
        return tables;
    }

    private static List<String> lines() throws IOException {
        try (InputStream in = TigerBeetleTablesTests.class.getResourceAsStream(TABLES)) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static final class Replay {

        private final String name;
        private final LedgerBook book = new LedgerBook();
        private final List<Account> accounts = new ArrayList<>();
        private final List<Transfer> transfers = new ArrayList<>();
        private final List<String> expected = new ArrayList<>();
        private final List<TableRow> requested = new ArrayList<>();

        Replay(String name) {
            this.name = name;
        }

        void run(List<String> rows) {
            rows.stream().map(TableRow::new).forEach(this::step);
        }

        private void step(TableRow row) {
            switch (row.word()) {
                case "account" -> account(row);
                case "transfer" -> transfer(row);
                case "setup" -> setup(row);
                case "tick" -> tick(row);
                case "commit" -> commit(row.word());
                case "lookup_account" -> lookUpAccount(row);
                case "lookup_transfer" -> lookUpTransfer(row);
                default -> throw new IllegalArgumentException(row.toString());
            }
        }

        private void account(TableRow row) {
            if (row.accountCannotBeAsked()) {
                return;
            }
            accounts.add(row.account());
            expected.add(row.word());
            requested.add(row);
            assertThat(row.atEnd()).isTrue();
        }

        private void transfer(TableRow row) {
            if (row.transferCannotBeAsked()) {
                return;
            }
            Transfer transfer = row.transfer();
            String outcome = row.word();
            // Only a clock at the end of time overflows a timeout of 32 bits.
            if (outcome.equals("overflows_timeout")) {
                return;
            }
            transfers.add(transfer);
            expected.add(outcome);
            requested.add(row);
            assertThat(row.atEnd()).isTrue();
        }

        private void setup(TableRow row) {
            book.accounts.computeIfPresent(
                    row.id(),
                    (id, account) -> account.changed(
                            new Balance(row.amount(), row.amount(), row.amount(), row.amount()),
                            account.has(AccountFlag.CLOSED),
                            account.changedMicros()));
        }

        private void tick(TableRow row) {
            String seconds = row.word();
            if (!seconds.startsWith("-")) {
                book.pass(Long.parseLong(seconds));
            }
        }

        private void commit(String operation) {
            List<String> outcomes =
                    switch (operation) {
                        case "create_accounts" ->
                            book.createAccounts(accounts).stream()
                                    .map(AccountOutcome::wireName)
                                    .toList();
                        case "create_transfers" ->
                            book.transfer(transfers).stream()
                                    .map(answer -> answer.outcome().wireName())
                                    .toList();
                        default -> List.of();
                    };
            assertThat(outcomes).as("%s: %s", name, requested).isEqualTo(expected);
            accounts.clear();
            transfers.clear();
            expected.clear();
            requested.clear();
        }

        private void lookUpAccount(TableRow row) {
            Account found = book.accounts.get(row.id());
            String first = row.word();
            if (first.equals("_")) {
                assertThat(found).as(row.toString()).isNull();
                return;
            }
            TableRow values = new TableRow(row.toString());
            values.word();
            values.word();
            assertThat(found).as(row.toString()).isNotNull();
            assertThat(found.balance())
                    .as("%s: %s", name, row)
                    .isEqualTo(new Balance(values.amount(), values.amount(), values.amount(), values.amount()));
            assertThat(found.has(AccountFlag.CLOSED))
                    .as(row.toString())
                    .isEqualTo(values.word().equals("CLSD"));
        }

        private void lookUpTransfer(TableRow row) {
            RecordedTransfer found = book.transfers.get(row.id());
            switch (row.word().toLowerCase(Locale.ROOT)) {
                case "exists" ->
                    assertThat(found != null)
                            .as(row.toString())
                            .isEqualTo(row.word().equals("true"));
                case "amount" -> {
                    assertThat(found).as(row.toString()).isNotNull();
                    assertThat(found.transfer().amount()).as(row.toString()).isEqualTo(row.amount());
                }
                default -> throw new IllegalArgumentException(row.toString());
            }
        }
    }
}
