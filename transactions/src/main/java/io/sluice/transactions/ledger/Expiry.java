package io.sluice.transactions.ledger;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Releases holds whose time is over. Each is a transfer of its own, decided and recorded like any other. */
final class Expiry {

    private static final Logger log = LoggerFactory.getLogger(Expiry.class);
    private static final int AT_ONCE = 500;

    private final Ledger ledger;
    private final Duration interval;

    Expiry(Ledger ledger, Duration interval) {
        this.ledger = ledger;
        this.interval = interval;
    }

    Disposable start(Scheduler timer) {
        return Flux.interval(interval, timer)
                .onBackpressureDrop()
                .concatMap(tick -> releaseDue().onErrorResume(this::later), 1)
                .subscribe(done -> {}, error -> log.error("holds are not released any more", error));
    }

    private Mono<Void> later(Throwable error) {
        log.debug("holds could not be released now", error);
        return Mono.empty();
    }

    private Mono<Void> releaseDue() {
        return ledger.dueHolds(AT_ONCE)
                .collectList()
                .filter(due -> !due.isEmpty())
                .flatMap(due -> release(due).then(due.size() < AT_ONCE ? Mono.empty() : releaseDue()));
    }

    private Mono<Void> release(List<UUID> due) {
        List<Transfer> expiries = due.stream().map(Expiry::of).toList();
        return ledger.transfer(expiries).then();
    }

    /** The expiry of a hold. Its id is derived, so that gateways which see the same hold do not release it twice. */
    static Transfer of(UUID hold) {
        UUID id = UUID.nameUUIDFromBytes(("sluice ledger: expiry of " + hold).getBytes(StandardCharsets.UTF_8));
        return Transfer.settling(id, hold, 0, TransferFlag.EXPIRE_PENDING_TRANSFER);
    }
}
