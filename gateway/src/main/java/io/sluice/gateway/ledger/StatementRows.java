package io.sluice.gateway.ledger;

import io.sluice.transactions.ledger.Balance;
import io.sluice.transactions.ledger.RecordedTransfer;
import io.sluice.transactions.ledger.Transfer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** A statement's rows as CSV. No value needs quoting: all are numbers, UUIDs, times and names of ours. */
final class StatementRows {

    static final String CSV_HEADER = "timestamp,id,side,other_account_id,amount,pending_id,ledger,code,flags,"
            + "debits_pending,debits_posted,credits_pending,credits_posted\n";

    private StatementRows() {}

    static void appendCsv(StringBuilder out, RecordedTransfer row, UUID account) {
        Transfer transfer = row.transfer();
        Balance after = row.balanceOf(account);
        boolean debit = account.equals(transfer.debitAccountId());
        out.append(Instant.EPOCH.plus(row.timestampMicros(), ChronoUnit.MICROS))
                .append(',')
                .append(transfer.id())
                .append(debit ? ",debit," : ",credit,")
                .append(debit ? transfer.creditAccountId() : transfer.debitAccountId())
                .append(',')
                .append(transfer.amount())
                .append(',')
                .append(transfer.pendingId().equals(Transfer.NIL) ? "" : transfer.pendingId())
                .append(',')
                .append(transfer.ledger())
                .append(',')
                .append(transfer.code())
                .append(',')
                .append(LedgerJson.flagNames(transfer))
                .append(',')
                .append(after.debitsPending())
                .append(',')
                .append(after.debitsPosted())
                .append(',')
                .append(after.creditsPending())
                .append(',')
                .append(after.creditsPosted())
                .append('\n');
    }
}
