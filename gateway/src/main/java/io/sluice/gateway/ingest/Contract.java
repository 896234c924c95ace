package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import java.util.Locale;
import org.springframework.http.HttpStatus;

/** What happens to the good rows when there are bad ones. */
enum Contract {
    /** All rows or none, in one transaction. */
    ATOMIC,

    /** Every batch stands alone: a bad row keeps its batch out, and no other. */
    BATCH,

    /** Bad rows are set aside, every good one goes in. */
    ROW;

    static Contract of(String text) {
        for (Contract contract : values()) {
            if (contract.text().equals(text)) {
                return contract;
            }
        }
        throw new ApiException(
                HttpStatus.BAD_REQUEST,
                "SLUICE201",
                "'" + text + "' is not a contract",
                null,
                "Use contract=atomic, contract=batch or contract=row.");
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
