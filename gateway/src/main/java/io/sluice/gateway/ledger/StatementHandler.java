package io.sluice.gateway.ledger;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.error.ErrorBody;
import io.sluice.gateway.error.Problem;
import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.routing.Routing;
import io.sluice.transactions.ledger.History;
import io.sluice.transactions.ledger.RecordedTransfer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET /ledger/v1/accounts/{id}/statement}: every change of an account with its counters after it, streamed. */
@Component
public final class StatementHandler {

    private static final MediaType CSV = new MediaType("text", "csv", StandardCharsets.UTF_8);
    private static final int ROWS_A_CHUNK = 200;

    private final LedgerAccess access;
    private final JsonMapper json;

    StatementHandler(LedgerAccess access, JsonMapper json) {
        this.access = access;
        this.json = json;
    }

    /** NDJSON, or CSV where that is what the client accepts. */
    public Mono<ServerResponse> statement(ServerRequest request) {
        History history = HistoryQuery.stream(request);
        boolean csv = request.headers().accept().stream()
                .anyMatch(type -> type.getSubtype().equals("csv"));
        return ServerResponse.ok()
                .contentType(csv ? CSV : MediaType.APPLICATION_NDJSON)
                .body((response, context) -> response.writeAndFlushWith(chunks(history, csv, isBounded(request))
                        .map(text -> Mono.fromSupplier(
                                () -> response.bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8))))));
    }

    /** A read with a token may go to a replica; see {@link LedgerHandler}. */
    private static boolean isBounded(ServerRequest request) {
        return request.headers().firstHeader(SluiceHeaders.CONSISTENCY_TOKEN) != null;
    }

    private Flux<String> chunks(History history, boolean csv, boolean bounded) {
        UUID account = history.account();
        Flux<RecordedTransfer> rows = access.ledger().flatMapMany(ledger -> ledger.history(history));
        Flux<String> chunks = (bounded ? Routing.readOnly(rows) : rows)
                .buffer(ROWS_A_CHUNK)
                .map(chunk -> csv ? csv(chunk, account) : lines(chunk, account))
                .onErrorResume(error -> Flux.just(record(error)).concatWith(Mono.error(error)));
        return csv ? Flux.just(StatementRows.CSV_HEADER).concatWith(chunks) : chunks;
    }

    private static String lines(List<RecordedTransfer> rows, UUID account) {
        return LedgerJson.lines(rows, (out, row) -> out.statementRow(row, account));
    }

    private static String csv(List<RecordedTransfer> rows, UUID account) {
        StringBuilder text = new StringBuilder(rows.size() * 200);
        rows.forEach(row -> StatementRows.appendCsv(text, row, account));
        return text.toString();
    }

    /** The last line of a statement that could not be finished; the connection is aborted after it. */
    private String record(Throwable error) {
        ErrorBody body = error instanceof ApiException refusal
                ? new ErrorBody(refusal.code(), refusal.message(), refusal.details(), refusal.hint())
                : Problem.of(error, false).body();
        return json.writeValueAsString(body) + "\n";
    }
}
