package io.sluice.gateway.ingest;

import io.sluice.gateway.error.ApiException;
import io.sluice.gateway.http.SluiceHeaders;
import io.sluice.gateway.schema.QualifiedName;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.SchemaCache;
import io.sluice.gateway.schema.Table;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.consistency.ConsistencyToken;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/** {@code POST /ingest/v1/{table}}. */
public final class IngestHandler {

    /** COPY takes a marker for defaults from this major version on. */
    private static final int MARKERS_SINCE = 16;

    /** The client's name for an upload that it may have to send again. */
    private static final String INGEST_ID = "Ingest-Id";

    private static final Duration FOREVER = Duration.ofDays(365);

    private final Ingest ingest;
    private final SchemaCache schemas;
    private final String schema;
    private final Mono<Boolean> markers;

    IngestHandler(RoutingConnectionFactory routing, SchemaCache schemas, IngestSettings settings, String schema) {
        this.ingest = new Ingest(routing, settings);
        this.schemas = schemas;
        this.schema = schema;
        this.markers = routing.write(
                        connection -> Mono.just(connection.getMetadata().getDatabaseVersion()))
                .single()
                .map(IngestHandler::knowsMarkers)
                .cache(known -> FOREVER, error -> Duration.ZERO, () -> Duration.ZERO);
    }

    /** Answers one line of NDJSON for each batch that was committed, and a last one with the sums. */
    public Mono<ServerResponse> upload(ServerRequest request) {
        Flux<DataBuffer> body = body(request);
        return table(request.pathVariable("table"))
                .zipWith(markers, (table, marked) -> order(request, table, marked))
                .flatMap(order -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_NDJSON)
                        .body((response, context) -> write(response, order, body)));
    }

    private static Ingest.Order order(ServerRequest request, Table table, boolean markers) {
        Contract contract = request.queryParam("contract").map(Contract::of).orElse(Contract.BATCH);
        UploadFormat format =
                UploadFormat.of(request.headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM));
        String id = request.headers().firstHeader(INGEST_ID);
        Bookmark bookmark = id == null ? null : new Bookmark(id, table.name().toString());
        String action = request.queryParam("on_conflict").orElse(null);
        if (action == null) {
            // The sieve knows no markers.
            Sparse sparse = markers && contract != Contract.ROW ? Sparse.MARKED : Sparse.GROUPED;
            return new Ingest.Order(Target.of(table, sparse, List.of()), Loader.copy(), contract, format, bookmark);
        }
        OnConflict onConflict = OnConflict.of(action, request.queryParam("key").orElse(null), table);
        Target target = Target.of(table, Sparse.IN_ORDER, onConflict.key());
        return new Ingest.Order(target, new MergeLoader(onConflict), contract, format, bookmark);
    }

    private Mono<Void> write(ServerHttpResponse response, Ingest.Order order, Flux<DataBuffer> body) {
        Told told = new Told();
        return response.writeAndFlushWith(ingest.lines(order, body, told)
                .doOnNext(line -> head(response, order, told))
                .map(line ->
                        Mono.fromSupplier(() -> response.bufferFactory().wrap(line.getBytes(StandardCharsets.UTF_8)))));
    }

    /** Before the first line. A token that does not cover the whole upload yet is no header. */
    private static void head(ServerHttpResponse response, Ingest.Order order, Told told) {
        if (response.isCommitted()) {
            return;
        }
        if (told.node() != null) {
            response.getHeaders().set(SluiceHeaders.NODE, told.node());
        }
        ConsistencyToken token = told.token();
        if (token != null && order.contract() == Contract.ATOMIC) {
            response.getHeaders().set(SluiceHeaders.CONSISTENCY_TOKEN, token.text());
        }
        announceTrailer(response, told);
    }

    private static void announceTrailer(ServerHttpResponse response, Told told) {
        if (ServerHttpResponseDecorator.getNativeResponse(response) instanceof HttpServerResponse netty) {
            response.getHeaders().set(HttpHeaders.TRAILER, SluiceHeaders.CONSISTENCY_TOKEN);
            netty.trailerHeaders(trailers -> {
                ConsistencyToken token = told.token();
                if (token != null) {
                    trailers.set(SluiceHeaders.CONSISTENCY_TOKEN, token.text());
                }
            });
        }
    }

    private Mono<Table> table(String name) {
        QualifiedName qualified = new QualifiedName(schema, name);
        return schemas.schema()
                .flatMap(current -> current.table(qualified) == null ? schemas.schemaAfterMiss() : Mono.just(current))
                .map(current -> table(current, qualified));
    }

    private static Table table(Schema current, QualifiedName name) {
        Table table = current.table(name);
        if (table == null) {
            throw unknown(current, name);
        }
        if (!table.writes().insert()) {
            throw new ApiException(HttpStatus.METHOD_NOT_ALLOWED, "25006", "'" + name + "' takes no rows", null, null);
        }
        return table;
    }

    private static ApiException unknown(Schema current, QualifiedName name) {
        List<String> known = current.tables().keySet().stream()
                .filter(other -> other.schema().equals(name.schema()))
                .map(QualifiedName::name)
                .toList();
        return new ApiException(
                HttpStatus.NOT_FOUND,
                "PGRST205",
                "Could not find the table '" + name + "' in the schema cache",
                null,
                Names.hint(name.name(), known));
    }

    private static Flux<DataBuffer> body(ServerRequest request) {
        Flux<DataBuffer> body = request.body(BodyExtractors.toDataBuffers());
        String encoding = request.headers().firstHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return body;
        }
        if (encoding.equalsIgnoreCase("gzip")) {
            return Inflate.gzip(body);
        }
        if (encoding.equalsIgnoreCase("zstd")) {
            return Unzstd.zstd(body);
        }
        throw new ApiException(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "SLUICE203",
                "Content-Encoding not acceptable: " + encoding,
                null,
                "Send gzip, zstd, or the rows as they are.");
    }

    private static boolean knowsMarkers(String version) {
        int end = 0;
        while (end < version.length() && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end > 0 && Integer.parseInt(version.substring(0, end)) >= MARKERS_SINCE;
    }
}
