package io.sluice.gateway.ledger;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.error.Problem;
import io.sluice.gateway.ledger.Lines.Line;
import io.sluice.transactions.ledger.Decision;
import io.sluice.transactions.ledger.Ledger;
import io.sluice.transactions.ledger.LedgerBusyException;
import io.sluice.transactions.ledger.LedgerOutcomeUnknownException;
import io.sluice.transactions.ledger.Transfer;
import io.sluice.transactions.ledger.TransferFlag;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.json.JsonMapper;

/**
 * A stream of transfers, one JSON object a line, and the stream of their outcomes, one a line in the same order.
 *
 * <p>Whatever arrives together goes into the ledger together; a chain of linked transfers is never cut. The next lines are
 * read only as far as there is room for them: a few requests are on their way at once.
 */
final class TransferStream {

    private static final int REQUEST_MAX = 1_000;
    private static final int AT_ONCE = 4;
    private static final Retry WHEN_BUSY = Retry.backoff(20, Duration.ofMillis(20))
            .maxBackoff(Duration.ofSeconds(1))
            .filter(LedgerBusyException.class::isInstance)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure());

    private final TransferParser parser;
    private final JsonMapper json;
    private final Lines lines = new Lines();
    private final List<Transfer> chain = new ArrayList<>();
    private boolean stopped;

    TransferStream(TransferParser parser, JsonMapper json) {
        this.parser = parser;
        this.json = json;
    }

    /** What goes into the ledger as one request, or the reason why nothing follows. */
    private record Request(
            List<Transfer> transfers, @Nullable ApiException malformed) {}

    /** A request's outcomes as bytes, or why there are none. */
    private sealed interface Result {

        record Outcomes(String lines) implements Result {}

        record Failure(Throwable error) implements Result {}
    }

    /** The outcomes as NDJSON, one text for each request. An error's record is the last line, then comes the error. */
    Flux<String> outcomes(Ledger ledger, Flux<DataBuffer> body) {
        return body.map(lines::add)
                .concatWith(Mono.fromSupplier(lines::rest))
                // The client is gone: the line it was in the middle of is none, and nobody listens.
                .onErrorComplete(IOException.class)
                .concatMapIterable(this::requests, 1)
                .takeUntil(request -> request.malformed() != null)
                .concatWith(Flux.defer(this::openChain))
                .onErrorResume(ApiException.class, error -> Mono.just(new Request(List.of(), error)))
                .flatMapSequential(request -> result(ledger, request), AT_ONCE, 1)
                .concatMap(this::text, 1);
    }

    private Flux<String> text(Result result) {
        if (result instanceof Result.Outcomes outcomes) {
            return Flux.just(outcomes.lines());
        }
        Throwable error = ((Result.Failure) result).error();
        return Flux.just(record(error)).concatWith(Mono.error(error));
    }

    /** What came before a malformed line is carried out. */
    private List<Request> requests(List<Line> arrived) {
        List<Request> requests = new ArrayList<>();
        List<Transfer> request = new ArrayList<>();
        ApiException malformed = null;
        for (Line line : arrived) {
            try {
                chain.add(parser.parseLine(line.bytes(), line.number()));
                requireEnd(line.number());
            } catch (ApiException e) {
                malformed = e;
                stopped = true;
                break;
            }
            if (chain.get(chain.size() - 1).has(TransferFlag.LINKED)) {
                continue;
            }
            if (!request.isEmpty() && request.size() + chain.size() > REQUEST_MAX) {
                requests.add(new Request(request, null));
                request = new ArrayList<>();
            }
            request.addAll(chain);
            chain.clear();
        }
        if (!request.isEmpty() || malformed != null) {
            requests.add(new Request(request, malformed));
        }
        return requests;
    }

    private void requireEnd(long line) {
        if (chain.size() > EventParser.EVENTS_MAX) {
            throw LedgerErrors.bad(
                    LedgerErrors.TOO_MANY,
                    "Line " + line + ": a chain has at most " + EventParser.EVENTS_MAX + " linked transfers",
                    null);
        }
    }

    /** A chain that the stream ends in: the ledger says what it thinks of that. */
    private Flux<Request> openChain() {
        return chain.isEmpty() || stopped ? Flux.empty() : Flux.just(new Request(List.copyOf(chain), null));
    }

    private static Flux<Result> result(Ledger ledger, Request request) {
        Mono<Result> done = request.transfers().isEmpty() ? Mono.empty() : answer(ledger, request.transfers());
        ApiException malformed = request.malformed();
        return malformed == null ? done.flux() : done.concatWith(Mono.just(new Result.Failure(malformed)));
    }

    private static Mono<Result> answer(Ledger ledger, List<Transfer> request) {
        return ledger.transfer(request)
                .retryWhen(WHEN_BUSY)
                .map(done -> LedgerJson.lines(done.value(), TransferStream::write))
                .onErrorResume(
                        LedgerOutcomeUnknownException.class,
                        error -> Mono.just(
                                LedgerJson.lines(request, (out, transfer) -> out.answer(transfer.id(), "unknown", 0))))
                .<Result>map(Result.Outcomes::new)
                .onErrorResume(error -> Mono.just(new Result.Failure(error)));
    }

    private static void write(LedgerJson out, Decision.Answer answer) {
        out.answer(answer.id(), answer.outcome().wireName(), answer.timestampMicros());
    }

    private String record(Throwable error) {
        Throwable translated = LedgerErrors.translate(error);
        ErrorBody body = translated instanceof ApiException refusal
                ? new ErrorBody(refusal.code(), refusal.message(), refusal.details(), refusal.hint())
                : Problem.of(translated, false).body();
        return json.writeValueAsString(body) + "\n";
    }
}
