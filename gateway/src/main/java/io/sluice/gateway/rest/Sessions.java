package io.sluice.gateway.rest;

import io.r2dbc.spi.IsolationLevel;
import io.sluice.gateway.execute.Deadline;
import io.sluice.gateway.execute.Session;
import io.sluice.gateway.schema.Function;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.SchemaCache;
import io.sluice.gateway.security.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import tools.jackson.databind.json.JsonMapper;

/** Decides what a request's statement runs in: only what it needs, so that a plain read is one round trip. */
@Component
final class Sessions {

    private static final String USUAL = "public";
    private static final String ISOLATION = "default_transaction_isolation";

    /** What of a function's settings must be there before it is called to have an effect. */
    private static final Set<String> LIMITS = Set.of("statement_timeout", "plan_filter.statement_cost_limit");

    private final RestSettings settings;
    private final @Nullable QualifiedName preRequest;
    private final SchemaCache schemas;

    Sessions(RestSettings settings, SchemaCache schemas) {
        this.schemas = schemas;
        this.settings = settings;
        this.preRequest = settings.preRequest() == null ? null : parse(settings.preRequest());
    }

    private static QualifiedName parse(String name) {
        int dot = name.indexOf('.');
        if (dot < 1) {
            throw new IllegalArgumentException("sluice.rest.pre-request is '" + name + "', expected schema.function");
        }
        return new QualifiedName(name.substring(0, dot), name.substring(dot + 1));
    }

    /** What a request's statement needs besides what every one does. */
    record Needs(
            boolean write,
            boolean undoable,
            boolean harmless,
            @Nullable IsolationLevel isolation,
            Map<String, String> settings) {

        static Needs read() {
            return new Needs(false, false, true, null, Map.of());
        }

        static Needs write(boolean undoable) {
            return new Needs(true, undoable, false, null, Map.of());
        }

        /** A function's own isolation level has to be the transaction's, and so have its limits. */
        static Needs call(boolean write, Function function) {
            Map<String, String> limits = new LinkedHashMap<>(function.settings());
            limits.keySet().retainAll(LIMITS);
            boolean harmless = function.volatility() != Function.Volatility.VOLATILE;
            return new Needs(write, true, harmless, level(function.settings()), limits);
        }
    }

    private static @Nullable IsolationLevel level(Map<String, String> settings) {
        String isolation = settings.get(ISOLATION);
        return isolation == null ? null : IsolationLevel.valueOf(isolation.toUpperCase(Locale.ROOT));
    }

    Session session(ServerRequest request, Caller caller, String schema, Preferences preferences, Needs needs) {
        boolean rollback = rollback(preferences);
        String timezone = preferences.get("timezone");
        boolean plain = !SharedTransaction.has(request)
                && caller.role() == null
                && preRequest == null
                && settings.parameters().isEmpty()
                && needs.settings().isEmpty()
                && timezone == null
                && isUsual(schema);
        Map<String, String> ofRole = schemas.current().settingsOf(caller.role());
        List<Map.Entry<String, String>> all =
                plain ? List.of() : parameters(request, caller, schema, timezone, ofRole, needs.settings());
        return new Session(
                needs.write(),
                needs.undoable(),
                needs.isolation() == null ? level(ofRole) : needs.isolation(),
                all,
                preRequest,
                needs.harmless(),
                rollback && needs.write(),
                deadline(preferences));
    }

    /** Whether connections have the schema's search path anyway, since nothing but PostgreSQL's own default is wanted. */
    private boolean isUsual(String schema) {
        return schema.equals(USUAL) && settings.extraSearchPath().stream().allMatch(USUAL::equals);
    }

    /** What a list of requests runs in; each of them brings its own settings. */
    Session shared(Preferences preferences, @Nullable IsolationLevel isolation) {
        return new Session(true, true, isolation, List.of(), null, false, rollback(preferences), deadline(preferences));
    }

    private static @Nullable Deadline deadline(Preferences preferences) {
        String wait = preferences.get("wait");
        return wait == null ? null : Deadline.in(Duration.ofSeconds(Long.parseLong(wait)));
    }

    private boolean rollback(Preferences preferences) {
        String wanted = settings.txEnd().override ? preferences.get("tx") : null;
        return wanted == null ? settings.txEnd().rollback : wanted.equals("rollback");
    }

    String publicPath() {
        return settings.publicPath();
    }

    /** The preferences without what a client has no say in. */
    Preferences honoured(Preferences preferences) {
        return settings.txEnd().override ? preferences : preferences.without("tx");
    }

    private List<Map.Entry<String, String>> parameters(
            ServerRequest request,
            Caller caller,
            String schema,
            @Nullable String timezone,
            Map<String, String> ofRole,
            Map<String, String> further) {
        List<Map.Entry<String, String>> all = new ArrayList<>();
        all.add(Map.entry("search_path", searchPath(schema)));
        if (caller.role() != null) {
            all.add(Map.entry("role", caller.role()));
        }
        ofRole.forEach((name, value) -> {
            if (!name.equals(ISOLATION)) {
                all.add(Map.entry(name, value));
            }
        });
        all.add(Map.entry("request.jwt.claims", caller.claims()));
        all.add(Map.entry("request.method", request.method().name()));
        all.add(Map.entry("request.path", settings.publicPath() + request.path().substring("/rest/v1".length())));
        all.add(Map.entry("request.headers", headers(request)));
        all.add(Map.entry("request.cookies", cookies(request)));
        if (timezone != null) {
            all.add(Map.entry("timezone", timezone));
        }
        all.addAll(further.entrySet());
        all.addAll(settings.parameters().entrySet());
        return all;
    }

    private String searchPath(String schema) {
        StringJoiner path = new StringJoiner(", ");
        path.add(QualifiedName.quote(schema));
        settings.extraSearchPath().stream()
                .filter(extra -> !extra.isBlank())
                .forEach(extra -> path.add(QualifiedName.quote(extra)));
        return path.toString();
    }

    private static String headers(ServerRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        request.headers()
                .asHttpHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        headers.remove("authorization");
        headers.remove("cookie");
        return JsonMapper.shared().writeValueAsString(headers);
    }

    private static String cookies(ServerRequest request) {
        Map<String, String> cookies = new LinkedHashMap<>();
        request.cookies()
                .forEach((name, values) -> cookies.put(name, values.get(0).getValue()));
        return JsonMapper.shared().writeValueAsString(cookies);
    }
}
