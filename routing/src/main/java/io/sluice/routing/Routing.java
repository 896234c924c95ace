package io.sluice.routing;

import io.sluice.routing.consistency.ConsistencyLevel;
import io.sluice.routing.consistency.ConsistencyToken;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What a caller says about its statements, carried in the Reactor Context: this class owns the keys. */
public final class Routing {

    private static final Object ACQUIRE_BY = new Key("acquire by");
    private static final Object INTENT = new Key("intent");
    private static final Object LEVEL = new Key("consistency");
    private static final Object NODE = new Key("node");
    private static final Object TOKEN = new Key("token");

    private Routing() {}

    /** Connections acquired while {@code source} runs may come from a replica. */
    public static <T> Mono<T> readOnly(Mono<T> source) {
        return source.contextWrite(intent(AccessIntent.READ_ONLY));
    }

    /** Connections acquired while {@code source} runs may come from a replica. */
    public static <T> Flux<T> readOnly(Flux<T> source) {
        return source.contextWrite(intent(AccessIntent.READ_ONLY));
    }

    /** Connections acquired while {@code source} runs lead to the primary, whatever is said around it. */
    public static <T> Mono<T> readWrite(Mono<T> source) {
        return source.contextWrite(intent(AccessIntent.READ_WRITE));
    }

    /** Connections acquired while {@code source} runs lead to the primary, whatever is said around it. */
    public static <T> Flux<T> readWrite(Flux<T> source) {
        return source.contextWrite(intent(AccessIntent.READ_WRITE));
    }

    /** A Context writer for {@code contextWrite}. */
    public static Function<Context, Context> intent(AccessIntent intent) {
        return context -> context.put(INTENT, intent);
    }

    /** Reads see at least what {@code token} stands for. */
    public static Function<Context, Context> token(ConsistencyToken token) {
        return context -> context.put(TOKEN, token);
    }

    /**
     * Reads see at least what {@code token} stands for besides what is asked for already, also where that was
     * {@link ConsistencyLevel#EVENTUAL}: for work that goes on where another node has left off.
     */
    public static Function<Context, Context> notBefore(ConsistencyToken token) {
        return context -> {
            ConsistencyToken asked = token(context);
            Context with = context.put(TOKEN, asked == null ? token : asked.max(token));
            return level(context) instanceof ConsistencyLevel.Eventual
                    ? with.put(LEVEL, ConsistencyLevel.SESSION)
                    : with;
        };
    }

    /** What reads may miss: {@link ConsistencyLevel#SESSION} unless said. */
    public static Function<Context, Context> consistency(ConsistencyLevel level) {
        return context -> context.put(LEVEL, level);
    }

    /**
     * Connections have to be had within {@code limit} from now, where that is less than the factory's acquire timeout;
     * else the acquire fails as it does by that. It does not limit what is done with them.
     */
    public static Function<Context, Context> acquireWithin(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        return context -> context.put(ACQUIRE_BY, end);
    }

    /** Everything goes to the node of that name ({@code host:port}), fit or not. For diagnosis only. */
    public static Function<Context, Context> node(String name) {
        return context -> context.put(NODE, name);
    }

    static RouteRequest request(ContextView context) {
        return new RouteRequest(
                intent(context),
                level(context),
                token(context),
                context.getOrDefault(NODE, null),
                Set.of(),
                context.getOrDefault(ACQUIRE_BY, null));
    }

    static AccessIntent intent(ContextView context) {
        return context.hasKey(INTENT) ? context.get(INTENT) : AccessIntent.READ_WRITE;
    }

    static ConsistencyLevel level(ContextView context) {
        return context.hasKey(LEVEL) ? context.get(LEVEL) : ConsistencyLevel.SESSION;
    }

    static @Nullable ConsistencyToken token(ContextView context) {
        return context.hasKey(TOKEN) ? context.get(TOKEN) : null;
    }

    private record Key(String name) {}
}
