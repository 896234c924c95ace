package io.sluice.gateway.ledger;

import io.sluice.gateway.fastpath.ShortWrite;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Transfers whose request is short: one, or an array of a few dozen. */
@Component
final class TransferWrites implements ShortWrite {

    private final LedgerHandler handler;

    TransferWrites(LedgerHandler handler) {
        this.handler = handler;
    }

    @Override
    public String path() {
        return "/ledger/v1/transfers";
    }

    @Override
    public Mono<LedgerAnswer> write(byte[] body) {
        return handler.createTransfers(body);
    }
}
