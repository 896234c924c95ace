package io.sluice.gateway.rest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.openapi.OpenApi;
import io.sluice.gateway.openapi.Privileges;
import io.sluice.gateway.query.Sql;
import io.sluice.gateway.rest.RestSettings.OpenapiMode;
import io.sluice.gateway.rest.Sessions.Needs;
import io.sluice.gateway.schema.SchemaCache;
import io.sluice.gateway.security.Caller;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Answers the root: an OpenAPI document of what the caller may use, or a page to browse and try it. */
@Component
final class Root {

    private static final MediaType OPENAPI = new MediaType("application", "openapi+json");
    private static final Resource PAGE = new ClassPathResource("browse.html", Root.class);

    /** The page needs nothing but itself and this server. */
    private static final String PAGE_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
                    + " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final SchemaCache schemas;
    private final Runner runner;
    private final Sessions sessions;
    private final RestSettings settings;

    Root(SchemaCache schemas, Runner runner, Sessions sessions, RestSettings settings) {
        this.schemas = schemas;
        this.runner = runner;
        this.sessions = sessions;
        this.settings = settings;
    }

    /** {@code caller} is asked for only where it matters: the page shows nothing by itself. */
    Mono<ServerResponse> answer(ServerRequest request, Supplier<Caller> caller, Profile profile) {
        if (settings.openapiMode() == OpenapiMode.DISABLED) {
            throw new ApiException(HttpStatus.NOT_FOUND, "PGRST126", "Root endpoint metadata is disabled", null, null);
        }
        Accept accept = Accept.of(request.headers().header("Accept"));
        for (MediaType type : accept.types()) {
            if (type.isConcrete() && MediaType.TEXT_HTML.equalsTypeAndSubtype(type)) {
                return page();
            }
            if (type.includes(OPENAPI) || MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)) {
                return document(request, caller.get(), profile, type.isConcrete() ? type : OPENAPI);
            }
        }
        throw accept.unavailable();
    }

    private static Mono<ServerResponse> page() {
        return ServerResponse.ok()
                .contentType(new MediaType(MediaType.TEXT_HTML, java.nio.charset.StandardCharsets.UTF_8))
                .cacheControl(CacheControl.noCache())
                .header("Content-Security-Policy", PAGE_POLICY)
                .header("Vary", "Accept")
                .bodyValue(PAGE);
    }

    private Mono<ServerResponse> document(ServerRequest request, Caller caller, Profile profile, MediaType type) {
        return Mono.zip(schemas.schema(), privileges(request, caller, profile.schema()))
                .flatMap(parts -> {
                    ObjectNode document = OpenApi.document(
                            parts.getT1(),
                            profile.schema(),
                            parts.getT2().orElse(null),
                            settings.publicPath(),
                            settings.tokens().secret() != null);
                    settings.schemas().forEach(document.withObject("/info").putArray("x-schemas")::add);
                    return ServerResponse.ok()
                            .header("Content-Type", type.getType() + "/" + type.getSubtype() + "; charset=utf-8")
                            .header("Vary", "Accept, Accept-Profile, Authorization")
                            .bodyValue(document.toString());
                });
    }

    /** Empty where they do not matter. */
    private Mono<Optional<Privileges>> privileges(ServerRequest request, Caller caller, String schema) {
        if (settings.openapiMode() == OpenapiMode.IGNORE_PRIVILEGES) {
            return Mono.just(Optional.empty());
        }
        Preferences preferences =
                sessions.honoured(Preferences.of(request.headers().asHttpHeaders()));
        return runner.value(
                        new Sql(Privileges.SQL, List.of(schema)),
                        sessions.session(request, caller, schema, preferences, Needs.read()))
                .map(Privileges::read)
                .defaultIfEmpty(Privileges.NONE)
                .map(Optional::of);
    }
}
