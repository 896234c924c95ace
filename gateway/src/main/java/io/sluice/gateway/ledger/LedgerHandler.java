package io.sluice.gateway.ledger;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.routing.Routing;
import io.sluice.transactions.ledger.Account;
import io.sluice.transactions.ledger.AccountOutcome;
import io.sluice.transactions.ledger.Decision;
import io.sluice.transactions.ledger.History;
import io.sluice.transactions.ledger.Ledger;
import io.sluice.transactions.ledger.LedgerOutcomeUnknownException;
import io.sluice.transactions.ledger.Transfer;
import io.sluice.transactions.ledger.TransferFlag;
import io.sluice.transactions.tx.Committed;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** {@code /ledger/v1}: one object or an array in, outcomes out. */
@Component
public final class LedgerHandler {

    private static final int BODY_MAX = 8 << 20;
    private static final TransferParser TRANSFERS = new TransferParser();
    private static final AccountParser ACCOUNTS = new AccountParser();

    private static final Set<TransferFlag> ZERO_HAS_A_MEANING = EnumSet.of(
            TransferFlag.POST_PENDING_TRANSFER,
            TransferFlag.VOID_PENDING_TRANSFER,
            TransferFlag.BALANCING_DEBIT,
            TransferFlag.BALANCING_CREDIT,
            TransferFlag.CLOSING_DEBIT,
            TransferFlag.CLOSING_CREDIT);

    private static final Set<String> LINES = Set.of("x-ndjson", "ndjson", "jsonl", "x-jsonlines");

    private final LedgerAccess access;
    private final JsonMapper json;

    LedgerHandler(LedgerAccess access, JsonMapper json) {
        this.access = access;
        this.json = json;
    }

    /** {@code POST /ledger/v1/transfers}. */
    public Mono<ServerResponse> createTransfers(ServerRequest request) {
        if (isLines(request)) {
            return access.ledger().flatMap(ledger -> stream(ledger, request)).onErrorMap(LedgerErrors::translate);
        }
        return body(request).flatMap(this::createTransfers);
    }

    /** The same for a body that is there. */
    Mono<LedgerAnswer> createTransfers(byte[] body) {
        return Mono.fromCallable(() -> TRANSFERS.parse(body))
                .flatMap(this::createTransfers)
                .onErrorResume(LedgerOutcomeUnknownException.class, LedgerHandler::unknown)
                .onErrorMap(LedgerErrors::translate);
    }

    private static boolean isLines(ServerRequest request) {
        return request.headers()
                .contentType()
                .filter(type -> LINES.contains(type.getSubtype()))
                .isPresent();
    }

    private Mono<ServerResponse> stream(Ledger ledger, ServerRequest request) {
        Flux<String> outcomes = new TransferStream(TRANSFERS, json)
                .outcomes(ledger, request.exchange().getRequest().getBody());
        return ServerResponse.ok()
                .contentType(MediaType.APPLICATION_NDJSON)
                .body((response, context) -> response.writeAndFlushWith(outcomes.map(text -> Mono.fromSupplier(
                        () -> response.bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8))))));
    }

    private Mono<LedgerAnswer> createTransfers(EventParser.Body<Transfer> body) {
        if (!body.array()) {
            refuseZero(body.events().get(0));
        }
        return access.ledger()
                .flatMap(ledger -> ledger.transfer(body.events()))
                .publishOn(loopOfTheRequest())
                .flatMap(done -> body.array()
                        ? allAnswers(done)
                        : oneAnswer(body.events().get(0), done));
    }

    /**
     * A batch's answers are there all at once, on the one thread of its connection, which has the next batch to attend to.
     * Each is written by the thread of its own request.
     */
    private static Scheduler loopOfTheRequest() {
        EventExecutor loop = ThreadExecutorMap.currentExecutor();
        return loop == null ? Schedulers.immediate() : Schedulers.fromExecutor(loop);
    }

    /** Zero is what a forgotten amount is. It has a meaning where it settles, balances or closes something. */
    private static void refuseZero(Transfer transfer) {
        if (transfer.amount() == 0 && ZERO_HAS_A_MEANING.stream().noneMatch(transfer::has)) {
            throw LedgerErrors.refusal(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "amount_must_not_be_zero",
                    "The amount of transfer " + transfer.id() + " is 0 or missing",
                    "A transfer moves at least 1 minor unit. In an array zero is taken as it is.");
        }
    }

    private static Mono<LedgerAnswer> oneAnswer(Transfer transfer, Committed<List<Decision.Answer>> done) {
        Decision.Answer answer = done.value().get(0);
        if (!answer.outcome().succeeded()) {
            return Mono.error(Refusals.of(transfer, answer.outcome()));
        }
        boolean created = answer.outcome().wireName().equals("created");
        return Mono.just(LedgerAnswer.of(
                created ? HttpStatus.CREATED : HttpStatus.OK,
                done,
                "/ledger/v1/transfers/" + answer.id(),
                LedgerJson.object(answer, LedgerHandler::write)));
    }

    private static Mono<LedgerAnswer> allAnswers(Committed<List<Decision.Answer>> done) {
        byte[] answers = LedgerJson.array(done.value(), LedgerHandler::write);
        return Mono.just(LedgerAnswer.of(HttpStatus.OK, done, null, answers));
    }

    private static void write(LedgerJson json, Decision.Answer answer) {
        json.answer(answer.id(), answer.outcome().wireName(), answer.timestampMicros());
    }

    /** {@code POST /ledger/v1/accounts}. */
    public Mono<ServerResponse> createAccounts(ServerRequest request) {
        return body(request).map(ACCOUNTS::parse).flatMap(this::createAccounts).onErrorMap(LedgerErrors::translate);
    }

    private Mono<ServerResponse> createAccounts(EventParser.Body<Account> body) {
        return access.ledger()
                .flatMap(ledger -> ledger.createAccounts(body.events()))
                .flatMap(done -> body.array() ? allOutcomes(body.events(), done) : oneOutcome(body.events(), done));
    }

    private static Mono<ServerResponse> oneOutcome(List<Account> accounts, Committed<List<AccountOutcome>> done) {
        Account account = accounts.get(0);
        AccountOutcome outcome = done.value().get(0);
        if (!outcome.succeeded()) {
            return Mono.error(Refusals.of(account, outcome));
        }
        return Mono.just(LedgerAnswer.of(
                outcome == AccountOutcome.CREATED ? HttpStatus.CREATED : HttpStatus.OK,
                done,
                "/ledger/v1/accounts/" + account.id(),
                LedgerJson.object(outcome, (json, value) -> json.answer(account.id(), value.wireName(), 0))));
    }

    private static Mono<ServerResponse> allOutcomes(List<Account> accounts, Committed<List<AccountOutcome>> done) {
        LedgerJson json = new LedgerJson(2 + accounts.size() * 80);
        return Mono.just(LedgerAnswer.of(HttpStatus.OK, done, null, json.outcomes(accounts, done.value())));
    }

    /** {@code GET /ledger/v1/accounts?id=in.(...)}. */
    public Mono<ServerResponse> findAccounts(ServerRequest request) {
        return found(request, ids -> access.ledger()
                .flatMapMany(ledger -> ledger.accounts(ids))
                .collectList()
                .map(accounts -> LedgerJson.array(accounts, LedgerJson::account)));
    }

    /** {@code GET /ledger/v1/accounts/{id}}, with {@code ?at=} as it was at that time. */
    public Mono<ServerResponse> getAccount(ServerRequest request) {
        UUID id = IdFilter.path(request);
        Mono<Account> account = request.queryParam("at")
                .map(HistoryQuery::micros)
                .map(atMicros -> access.ledger().flatMap(ledger -> ledger.accountAt(id, atMicros)))
                .orElseGet(() -> access.ledger()
                        .flatMap(ledger -> ledger.accounts(List.of(id)).singleOrEmpty()));
        return read(
                request,
                account.switchIfEmpty(Mono.error(() -> notFound("account", id)))
                        .map(found -> LedgerJson.object(found, LedgerJson::account)));
    }

    /** {@code GET /ledger/v1/transfers?id=in.(...)} or {@code ?account_id=eq....}. */
    public Mono<ServerResponse> findTransfers(ServerRequest request) {
        if (request.queryParam("account_id").isPresent()) {
            History page = HistoryQuery.page(request);
            return read(
                    request,
                    access.ledger()
                            .flatMapMany(ledger -> ledger.history(page))
                            .collectList()
                            .map(rows ->
                                    LedgerJson.array(rows, (json, row) -> json.statementRow(row, page.account()))));
        }
        return found(request, ids -> access.ledger()
                .flatMapMany(ledger -> ledger.transfers(ids))
                .collectList()
                .map(transfers -> LedgerJson.array(transfers, LedgerJson::transfer)));
    }

    /** {@code GET /ledger/v1/transfers/{id}}. */
    public Mono<ServerResponse> getTransfer(ServerRequest request) {
        UUID id = IdFilter.path(request);
        return read(
                request,
                access.ledger()
                        .flatMapMany(ledger -> ledger.transfers(List.of(id)))
                        .singleOrEmpty()
                        .switchIfEmpty(Mono.error(() -> notFound("transfer", id)))
                        .map(transfer -> LedgerJson.object(transfer, LedgerJson::transfer)));
    }

    private static ApiException notFound(String kind, UUID id) {
        return LedgerErrors.refusal(
                HttpStatus.NOT_FOUND, LedgerErrors.NOT_FOUND, "There is no " + kind + " " + id, null);
    }

    private static Mono<ServerResponse> found(ServerRequest request, Function<List<UUID>, Mono<byte[]>> query) {
        return read(request, query.apply(IdFilter.query(request)));
    }

    /** With a token the answer may come from a replica that has replayed that far; without one from the primary. */
    private static Mono<ServerResponse> read(ServerRequest request, Mono<byte[]> json) {
        boolean bounded = request.headers().firstHeader(SluiceHeaders.CONSISTENCY_TOKEN) != null;
        return (bounded ? Routing.readOnly(json) : json).flatMap(bytes -> ServerResponse.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(bytes));
    }

    private static Mono<LedgerAnswer> unknown(LedgerOutcomeUnknownException error) {
        return Mono.just(LedgerAnswer.unknown(LedgerJson.unknown(error.ids())));
    }

    private static Mono<byte[]> body(ServerRequest request) {
        return BodyBytes.of(request.exchange().getRequest().getBody(), BODY_MAX);
    }
}
