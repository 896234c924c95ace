package io.sluice.gateway.rest;

import io.sluice.gateway.execute.Session;
import io.sluice.gateway.idempotency.RequestKeys;
import io.sluice.gateway.query.KeyedPlan;
import io.sluice.gateway.query.PlanLimits;
import io.sluice.gateway.query.QueryParser;
import io.sluice.gateway.query.ReadPlan;
import io.sluice.gateway.query.ReadPlanner;
import io.sluice.gateway.query.Source;
import io.sluice.gateway.query.WritePlan;
import io.sluice.gateway.query.WritePlanner;
import io.sluice.gateway.rest.Advice.Watched;
import io.sluice.gateway.rest.RequestBody.Content;
import io.sluice.gateway.rest.Sessions.Needs;
import io.sluice.gateway.rest.Writes.Method;
import io.sluice.gateway.schema.Function.Volatility;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.security.Authentication;
import io.sluice.gateway.security.Caller;
import io.sluice.transactions.idempotency.IdempotencyKey;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The door of {@code /rest/v1}: one method for each kind of request. */
@Component
public final class RestHandler {

    private final Catalog catalog;
    private final PlanLimits limits;
    private final Authentication authentication;
    private final Sessions sessions;
    private final RequestBody bodies;
    private final Advice advice;
    private final QueryBodies queryBodies;
    private final Reads reads;
    private final Writes writes;
    private final Calls calls;
    private final Root root;
    private final RequestKeys keys;
    private final ReadLearner learner;

    RestHandler(
            Catalog catalog,
            RestSettings settings,
            Authentication authentication,
            Sessions sessions,
            RequestBody bodies,
            Advice advice,
            QueryBodies queryBodies,
            Reads reads,
            Writes writes,
            Calls calls,
            Root root,
            RequestKeys keys,
            ReadLearner learner) {
        this.catalog = catalog;
        this.authentication = authentication;
        this.sessions = sessions;
        this.bodies = bodies;
        this.advice = advice;
        this.queryBodies = queryBodies;
        this.reads = reads;
        this.writes = writes;
        this.calls = calls;
        this.root = root;
        this.keys = keys;
        this.learner = learner;
        this.limits = new PlanLimits(
                settings.schemas(), settings.maxRows(), settings.aggregatesEnabled(), settings.planEnabled());
    }

    /** {@code GET} and {@code HEAD} of the table or view named by the path variable {@code table}. */
    public Mono<ServerResponse> read(ServerRequest request) {
        return read(request, request.uri().getRawQuery(), true);
    }

    /** {@code QUERY} of a table, and {@code POST} to its {@code /query}: a read whose query string is the body. */
    public Mono<ServerResponse> query(ServerRequest request) {
        return queryBodies.query(request).flatMap(query -> read(request, query, false));
    }

    private Mono<ServerResponse> read(ServerRequest request, @Nullable String query, boolean located) {
        return Mono.defer(() -> {
            Caller caller = caller(request);
            Asked wish = Asked.of(request, QueryParser.parse(query), sessions);
            Profile profile = catalog.profile(request, true);
            return catalog.upToDate(catalog.withTable(profile, request.pathVariable("table"), (schema, table) -> {
                Asked asked = wish.negotiated(schema, table.name(), limits);
                ReadPlan plan = ReadPlanner.plan(
                        asked.query().within(asked.headerRange()),
                        Source.of(table, schema.computedColumns(table)),
                        schema,
                        limits);
                Watched watched = advice.look(request, asked, schema, table);
                Session session =
                        sessions.session(request, caller, profile.schema(), asked.preferences(), Needs.read());
                AnswerHeaders answers = asked.answerHeaders(request, profile);
                KeysetPages pages = KeysetPages.of(request, asked);
                KeyedPlan byKey = pages == null ? reads.byKey(plan, asked, session) : null;
                if (byKey != null && located) {
                    learner.learn(request, byKey, asked, answers, schema, watched);
                }
                return reads.answer(
                        plan, byKey, pages, asked, session, located ? answers : answers.elsewhere(), limits.maxRows());
            }));
        });
    }

    /** {@code POST} to a table: new rows. */
    public Mono<ServerResponse> insert(ServerRequest request) {
        return write(request, Method.POST);
    }

    /** {@code PUT} to a table: one row, new or replaced. */
    public Mono<ServerResponse> put(ServerRequest request) {
        return write(request, Method.PUT);
    }

    /** {@code PATCH} of a table: changed rows. */
    public Mono<ServerResponse> update(ServerRequest request) {
        return write(request, Method.PATCH);
    }

    /** {@code DELETE} of rows of a table. */
    public Mono<ServerResponse> delete(ServerRequest request) {
        return write(request, Method.DELETE);
    }

    private Mono<ServerResponse> write(ServerRequest request, Method method) {
        return Mono.defer(() -> {
            Caller caller = caller(request);
            Asked wish = Asked.of(request, QueryParser.parse(request.uri().getRawQuery()), sessions);
            Profile profile = catalog.profile(request);
            return bodies.of(request, method != Method.DELETE)
                    .flatMap(body -> catalog.upToDate(
                            catalog.withTable(profile, request.pathVariable("table"), (schema, table) -> {
                                Asked asked = wish.negotiated(schema, table.name(), limits);
                                WritePlanner planner = new WritePlanner(schema, limits, table, asked.query());
                                WritePlan plan = method.plan(planner, asked, body);
                                return writes.answer(
                                        method,
                                        plan,
                                        method != Method.POST
                                                        && asked.conditions().needsCheck()
                                                ? planner.current()
                                                : null,
                                        asked.under(key(
                                                request, caller, table.name().name(), body.bytes())),
                                        sessions.session(
                                                request,
                                                caller,
                                                profile.schema(),
                                                asked.preferences(),
                                                method.needs(asked)),
                                        asked.answerHeaders(request, profile));
                            })));
        });
    }

    /** {@code GET} and {@code HEAD} of a function: a call that must not write. */
    public Mono<ServerResponse> callReading(ServerRequest request) {
        return Mono.defer(() -> {
            Caller caller = caller(request);
            Asked asked = Asked.of(request, QueryParser.parseCall(request.uri().getRawQuery()), sessions);
            Profile profile = catalog.profile(request);
            return catalog.upToDate(catalog.withSchema(schema -> Call.reading(schema, limits, profile, request, asked))
                    .map(call -> answer(request, caller, call.asked(), profile, call, false)));
        });
    }

    /** Any other method on a function. */
    public Mono<ServerResponse> callRefused(ServerRequest request) {
        return Mono.error(() -> RestErrors.noCall(request.method().name()));
    }

    /** {@code POST} to a function: a call. */
    public Mono<ServerResponse> call(ServerRequest request) {
        return Mono.defer(() -> {
            Caller caller = caller(request);
            Asked asked = Asked.of(request, QueryParser.parse(request.uri().getRawQuery()), sessions);
            Profile profile = catalog.profile(request);
            return bodies.of(request, true)
                    .flatMap(body -> catalog.upToDate(
                            catalog.withSchema(schema -> Call.posting(schema, limits, profile, request, asked, body))
                                    .map(call -> answer(request, caller, call.asked(), profile, call, body))));
        });
    }

    private ServerResponse answer(
            ServerRequest request, Caller caller, Asked asked, Profile profile, Call call, Content body) {
        boolean write = call.plan().function().volatility() == Volatility.VOLATILE;
        String target = "rpc/" + call.plan().function().name().name();
        Asked named = write ? asked.under(key(request, caller, target, body.bytes())) : asked;
        return answer(request, caller, named, profile, call, write);
    }

    private ServerResponse answer(
            ServerRequest request, Caller caller, Asked asked, Profile profile, Call call, boolean write) {
        return calls.answer(
                call.plan(),
                asked,
                sessions.session(request, caller, profile.schema(), asked.preferences(), call.needs(write)),
                asked.answerHeaders(request, profile));
    }

    /** {@code GET} and {@code HEAD} of the root: the API described, for programs or for people. */
    public Mono<ServerResponse> root(ServerRequest request) {
        return Mono.defer(() -> root.answer(request, () -> caller(request), catalog.profile(request, true)));
    }

    /** {@code OPTIONS} of the root. */
    public Mono<ServerResponse> rootOptions(ServerRequest request) {
        return Options.answer(Options.ROOT);
    }

    /** {@code OPTIONS} of a table: what can be done with it. */
    public Mono<ServerResponse> tableOptions(ServerRequest request) {
        return Mono.defer(() -> catalog.withTable(
                        catalog.profile(request), request.pathVariable("table"), (schema, table) -> Options.of(table))
                .flatMap(Options::answer));
    }

    /** {@code OPTIONS} of a function. */
    public Mono<ServerResponse> functionOptions(ServerRequest request) {
        return Mono.defer(() -> {
            QualifiedName name = new QualifiedName(catalog.profile(request).schema(), request.pathVariable("function"));
            return catalog.withSchema(schema -> Options.of(schema.functions(name)))
                    .flatMap(Options::answer);
        });
    }

    /** A list of requests is done once as a whole. */
    private @Nullable IdempotencyKey key(ServerRequest request, Caller caller, String target, byte[] body) {
        return SharedTransaction.isKeyed(request) ? null : keys.of(request, caller, target, body);
    }

    private Caller caller(ServerRequest request) {
        Caller caller = authentication.caller(request.headers().asHttpHeaders());
        request.attributes().put(Caller.AUTHENTICATED, caller.authenticated());
        // What a cache has to compare besides the URL.
        request.exchange().getResponse().getHeaders().add(HttpHeaders.VARY, "Accept, Accept-Profile, Prefer, Range");
        return caller;
    }
}
