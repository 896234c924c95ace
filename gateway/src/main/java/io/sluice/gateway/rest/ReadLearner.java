package io.sluice.gateway.rest;

import io.sluice.gateway.fastpath.KnownRead;
import io.sluice.gateway.fastpath.KnownRead.Cut;
import io.sluice.gateway.fastpath.KnownReads;
import io.sluice.gateway.fastpath.ShortRead;
import io.sluice.gateway.query.KeyedPlan;
import io.sluice.gateway.schema.Schema;
import io.sluice.gateway.schema.SchemaCache;
import io.sluice.gateway.stream.RowFormat;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;

/** Tells the fast path which requests ask for what was planned here, with another key. */
@Component
final class ReadLearner {

    private final KnownReads known;
    private final KeyedReads reads;
    private final SchemaCache schemas;

    ReadLearner(KnownReads known, KeyedReads reads, SchemaCache schemas) {
        this.known = known;
        this.reads = reads;
        this.schemas = schemas;
    }

    /** Learns what a request asked for, where nothing but its line and its {@code Accept} says what it gets. */
    void learn(
            ServerRequest request,
            KeyedPlan plan,
            Asked asked,
            AnswerHeaders answers,
            Schema schema,
            Advice.@Nullable Watched watched) {
        String url = answers.location();
        boolean usual = request.method().equals(HttpMethod.GET)
                && answers.warning() == null
                && asked.representation().format() == RowFormat.JSON
                && !SharedTransaction.has(request)
                && known.mayLearn(request.headers().asHttpHeaders().headerNames());
        List<String> accept = request.headers().header("Accept");
        if (!usual || url == null || accept.size() > 1) {
            return;
        }
        URI uri = request.uri();
        Cut line = Cut.of(uri.getRawPath() + "?" + uri.getRawQuery(), plan.column(), plan.value());
        Cut location = Cut.of(url, plan.column(), plan.value());
        if (line != null && location != null) {
            known.learn(new KnownRead(
                    line,
                    accept.isEmpty() ? null : accept.get(0),
                    location,
                    asked.representation().contentType(),
                    answers.profile(),
                    new Keyed(plan, reads.shape(plan), schema, schemas, watched)));
        }
    }

    /** A plan for other keys. */
    private record Keyed(
            KeyedPlan plan, KeyedShape shape, Schema schema, SchemaCache schemas, Advice.@Nullable Watched watched)
            implements ShortRead {

        @Override
        @SuppressWarnings("ReferenceEquality") // read again, it is another one
        public boolean isCurrent() {
            return schemas.current() == schema;
        }

        @Override
        public @Nullable Mono<? extends ShortAnswer> read(String value) {
            String key = plan.key(value);
            return key == null || !shape.isShort() ? null : shape.read(key);
        }

        @Override
        public @Nullable String advice(String client, String value) {
            return watched == null ? null : watched.advice(client, value);
        }
    }
}
