package io.sluice.transactions.tx;

import io.r2dbc.spi.Result;
import io.sluice.routing.RoutedConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/** A transaction of the template that is led step by step, so that two of them can be interleaved. */
final class Session {

    private static final long LIMIT_SECONDS = 30;
    private static final Duration BLOCKED_AFTER = Duration.ofMillis(300);

    private record Step(String sql, CompletableFuture<List<String>> result) {}

    private final Sinks.Many<Step> steps =
            Sinks.many().unicast().onBackpressureBuffer(Queues.<Step>get(16).get());
    private final CompletableFuture<@Nullable Void> end;

    Session(TransactionTemplate transactions, TxSpec spec) {
        this.end = transactions
                .execute(spec, connection -> steps.asFlux()
                        .concatMap(step -> run(connection, step))
                        .then())
                .toFuture();
    }

    private static Mono<Void> run(RoutedConnection connection, Step step) {
        return Flux.from(connection.createStatement(step.sql()).execute())
                .concatMap(Session::rows)
                .collectList()
                .doOnNext(step.result()::complete)
                .doOnError(step.result()::completeExceptionally)
                .then();
    }

    private static Flux<String> rows(Result result) {
        return Flux.from(result.<String>flatMap(Session::row));
    }

    private static Mono<String> row(Result.Segment segment) {
        if (segment instanceof Result.RowSegment row) {
            return Mono.just(String.valueOf(row.row().get(0)));
        }
        return segment instanceof Result.Message failure ? Mono.error(failure.exception()) : Mono.empty();
    }

    /** Sends a statement and does not wait for it. */
    CompletableFuture<List<String>> send(String sql) {
        CompletableFuture<List<String>> result = new CompletableFuture<>();
        steps.emitNext(new Step(sql, result), Sinks.EmitFailureHandler.FAIL_FAST);
        return result;
    }

    /** The first column of the statement's rows. */
    List<String> ask(String sql) {
        return send(sql).orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Whether the statement waits for another transaction. */
    static boolean waits(CompletableFuture<?> statement) {
        try {
            statement.get(BLOCKED_AFTER.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            return false;
        }
    }

    void commit() {
        steps.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
        end.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    void abort() {
        steps.emitError(new IllegalStateException("abort"), Sinks.EmitFailureHandler.FAIL_FAST);
        end.exceptionally(error -> null)
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Whether the server refused the work because its isolation could not be kept. */
    static boolean conflicts(Runnable work) {
        try {
            work.run();
            return false;
        } catch (CompletionException e) {
            SqlStateClass kind = SqlStateClass.of(e.getCause());
            if (kind == SqlStateClass.SERIALIZATION || kind == SqlStateClass.DEADLOCK) {
                return true;
            }
            throw e;
        }
    }
}
