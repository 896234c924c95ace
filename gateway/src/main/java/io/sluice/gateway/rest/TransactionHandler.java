package io.sluice.gateway.rest;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.error.Problem;
import io.sluice.gateway.execute.Session;
import io.sluice.gateway.idempotency.RequestKeys;
import io.sluice.gateway.security.Authentication;
import io.sluice.gateway.security.Caller;
import io.sluice.gateway.text.Output;
import io.sluice.transactions.idempotency.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code POST} to the root: a list of requests in one transaction, all of them or none. */
@Component
public final class TransactionHandler {

    private static final String ROOT = "/rest/v1/";

    private final RestHandler rest;
    private final RequestBody bodies;
    private final Authentication authentication;
    private final Sessions sessions;
    private final RequestKeys keys;
    private final WriteAnswers answers;
    private final RestSettings settings;

    TransactionHandler(
            RestHandler rest,
            RequestBody bodies,
            Authentication authentication,
            Sessions sessions,
            RequestKeys keys,
            WriteAnswers answers,
            RestSettings settings) {
        this.rest = rest;
        this.bodies = bodies;
        this.authentication = authentication;
        this.sessions = sessions;
        this.keys = keys;
        this.answers = answers;
        this.settings = settings;
    }

    /** Runs the list, one request after another, and answers the list of their answers. */
    public Mono<ServerResponse> run(ServerRequest request) {
        return Mono.defer(() -> {
            Caller caller = authentication.caller(request.headers().asHttpHeaders());
            request.attributes().put(Caller.AUTHENTICATED, caller.authenticated());
            Preferences preferences =
                    sessions.honoured(Preferences.of(request.headers().asHttpHeaders()));
            Session session = sessions.shared(preferences, isolation(preferences));
            return bodies.of(request, true).map(content -> {
                byte[] list = content.bytes();
                List<Part> parts = Parts.parse(list, settings.publicPath(), settings.maxRequests());
                IdempotencyKey key = keys.of(request, caller, "", list);
                return answers.ofList(
                        session,
                        key,
                        preferences.applied("isolation", "tx"),
                        connection -> all(
                                request,
                                parts,
                                list,
                                key != null,
                                new SharedTransaction(connection, session.deadline())));
            });
        });
    }

    private static @Nullable IsolationLevel isolation(Preferences preferences) {
        String wanted = preferences.get("isolation");
        return wanted == null
                ? null
                : IsolationLevel.valueOf(wanted.replace('-', ' ').toUpperCase(Locale.ROOT));
    }

    private Mono<byte[]> all(
            ServerRequest whole, List<Part> parts, byte[] list, boolean keyed, SharedTransaction shared) {
        return Mono.defer(() -> {
            AtomicInteger room =
                    new AtomicInteger((int) Math.min(settings.maxBody().toBytes(), Integer.MAX_VALUE));
            Output out = new Output();
            out.write((byte) '[');
            return Flux.range(0, parts.size())
                    .concatMap(index -> one(whole, parts.get(index), index, list, keyed, shared, room), 1)
                    .doOnNext(answer -> append(out, answer))
                    .then(Mono.fromSupplier(() -> {
                        out.write((byte) ']');
                        return out.copy();
                    }));
        });
    }

    private static void append(Output out, PartResponse answer) {
        if (out.length > 1) {
            out.write(",\n".getBytes(StandardCharsets.US_ASCII));
        }
        answer.writeTo(out);
    }

    private Mono<PartResponse> one(
            ServerRequest whole,
            Part part,
            int index,
            byte[] list,
            boolean keyed,
            SharedTransaction shared,
            AtomicInteger room) {
        return Mono.defer(() -> {
                    PartResponse response = new PartResponse(room.get());
                    PartExchange exchange = new PartExchange(whole.exchange(), part, list, response);
                    ServerRequest request = ServerRequest.create(exchange, whole.messageReaders());
                    SharedTransaction.mark(request, keyed);
                    return handler(part, request)
                            .handle(request)
                            .flatMap(answer -> answer.writeTo(exchange, new Plain(whole)))
                            .then(Mono.fromSupplier(() -> {
                                room.addAndGet(-response.length());
                                return response;
                            }));
                })
                .onErrorMap(error -> named(part.name(index), Waits.explained(shared.deadline(), error), whole))
                .contextWrite(shared::in);
    }

    private HandlerFunction<ServerResponse> handler(Part part, ServerRequest request) {
        String[] steps = part.uri().getRawPath().substring(ROOT.length()).split("/", -1);
        HttpMethod method = part.method();
        if (steps.length == 2 && steps[0].equals("rpc") && method.equals(HttpMethod.POST)) {
            name(request, "function", steps[1]);
            return rest::call;
        }
        if (steps.length == 1 && !steps[0].isEmpty()) {
            name(request, "table", steps[0]);
            return tableHandler(method);
        }
        if (steps.length == 2 && steps[1].equals("query") && method.equals(HttpMethod.POST)) {
            name(request, "table", steps[0]);
            return rest::query;
        }
        throw Parts.refusal("A list can hold requests to tables, and POST to functions");
    }

    private HandlerFunction<ServerResponse> tableHandler(HttpMethod method) {
        return switch (method.name()) {
            case "POST" -> rest::insert;
            case "PUT" -> rest::put;
            case "PATCH" -> rest::update;
            case "DELETE" -> rest::delete;
            default -> rest::read;
        };
    }

    private static void name(ServerRequest request, String variable, String step) {
        request.attributes()
                .put(
                        RouterFunctions.URI_TEMPLATE_VARIABLES_ATTRIBUTE,
                        Map.of(variable, UriUtils.decode(step, StandardCharsets.UTF_8)));
    }

    private static Throwable named(String part, Throwable error, ServerRequest whole) {
        boolean authenticated =
                Boolean.TRUE.equals(whole.attribute(Caller.AUTHENTICATED).orElse(false));
        Problem problem = Problem.of(error, authenticated);
        if (problem.status() >= HttpStatus.INTERNAL_SERVER_ERROR.value()
                && !(error instanceof ApiException || error instanceof R2dbcException)) {
            // With its stack for the log; what it says of the connection holds for the whole.
            return error;
        }
        String details = problem.body().detailsText();
        return new ApiException(
                HttpStatusCode.valueOf(problem.status()),
                problem.body().code(),
                problem.body().message(),
                details == null ? part : part + ": " + details,
                problem.body().hint());
    }

    /** What Spring's own responses are written with; ours look at none of it. */
    private record Plain(ServerRequest whole) implements ServerResponse.Context {

        @Override
        public List<org.springframework.http.codec.HttpMessageWriter<?>> messageWriters() {
            return List.of();
        }

        @Override
        public List<org.springframework.web.reactive.result.view.ViewResolver> viewResolvers() {
            return List.of();
        }
    }
}
