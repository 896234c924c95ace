package io.sluice.gateway.ingest;

import io.sluice.routing.RoutedConnection;
import io.sluice.routing.RoutingConnectionFactory;
import io.sluice.routing.consistency.ConsistencyToken;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes batches to the primary. What rows are to blame for is a result, an error means that no batch fares better. */
final class BatchWriter {

    private final RoutingConnectionFactory routing;
    private final Loader loader;
    private final Contract contract;
    private final int errorLimit;
    private final @Nullable Bookmark bookmark;
    private final Told told;

    /** There were bad rows in the batch before: this one is not tried as a whole. */
    private volatile boolean sifting;

    /** With a bookmark batches must be written one after another. */
    BatchWriter(
            RoutingConnectionFactory routing,
            Loader loader,
            Contract contract,
            int errorLimit,
            @Nullable Bookmark bookmark,
            Told told) {
        this.routing = routing;
        this.loader = loader;
        this.contract = contract;
        this.errorLimit = errorLimit;
        this.bookmark = bookmark;
        this.told = told;
    }

    /** Writes the batch in a transaction of its own and releases it. A cancel before the commit rolls it back. */
    Mono<BatchResult> write(Batch batch) {
        if (contract == Contract.BATCH && batch.refusals() > 0) {
            batch.release();
            return refuse(batch, BatchResult.refused(batch, 400, batch.refused()));
        }
        return routing.<BatchResult>write(connection -> inTransaction(connection, batch))
                .single()
                .doFinally(signal -> batch.release());
    }

    /** A refused batch is done with too: an upload that is sent again goes on behind it. */
    private Mono<BatchResult> refuse(Batch batch, BatchResult result) {
        return bookmark == null
                ? Mono.just(result)
                : routing.<BatchResult>write(connection ->
                                mark(connection, batch.first(), batch.last()).thenReturn(result))
                        .single();
    }

    private Mono<Void> mark(RoutedConnection connection, long first, long last) {
        return bookmark == null ? Mono.empty() : bookmark.move(connection, first - 1, last);
    }

    private Mono<BatchResult> inTransaction(RoutedConnection connection, Batch batch) {
        if (sifting) {
            return rowByRow(connection, batch);
        }
        return begin(connection)
                .then(load(connection, batch))
                .flatMap(written -> mark(connection, batch.first(), batch.last())
                        .then(Mono.defer(connection::commitAndToken))
                        .map(token -> committed(batch, written, token)))
                .onErrorResume(Misfit.class, misfit -> Mono.from(connection.rollbackTransaction())
                        .then(
                                contract == Contract.ROW
                                        ? rowByRow(connection, batch)
                                        : Mono.just(
                                                BatchResult.refused(batch, misfit.status(), errors(batch, misfit)))));
    }

    private Mono<Void> begin(RoutedConnection connection) {
        told.node(connection.node());
        return Mono.from(connection.beginTransaction());
    }

    private Mono<Long> load(RoutedConnection connection, Batch batch) {
        return Flux.fromIterable(batch.segments())
                .concatMap(segment -> loader.load(connection, segment, 0, segment.rowCount())
                        .onErrorMap(Misfit.class, misfit -> misfit.in(segment)))
                .reduce(0L, Long::sum);
    }

    private static BatchResult committed(Batch batch, long written, ConsistencyToken token) {
        return new BatchResult(
                batch.first(),
                batch.last(),
                batch.received() - batch.refusals(),
                written,
                batch.refusals(),
                token,
                400,
                batch.refused());
    }

    private static List<RowError> errors(Batch batch, Misfit misfit) {
        List<RowError> errors = new ArrayList<>(batch.refused());
        errors.add(misfit.located());
        return errors;
    }

    private Mono<BatchResult> rowByRow(RoutedConnection connection, Batch batch) {
        return Mono.defer(() -> {
            RowByRow rows = new RowByRow(connection, loader, batch, errorLimit);
            sifting = true;
            return begin(connection)
                    .then(rows.run())
                    .then(Mono.defer(() -> mark(connection, batch.first(), batch.last())))
                    .then(Mono.defer(connection::commitAndToken))
                    .map(token -> sifted(batch, rows, token));
        });
    }

    private BatchResult sifted(Batch batch, RowByRow rows, ConsistencyToken token) {
        sifting = rows.rejected() > 0;
        List<RowError> errors = new ArrayList<>(batch.refused());
        errors.addAll(rows.errors());
        errors.sort((a, b) -> Long.compare(a.row(), b.row()));
        long rejected = batch.refusals() + rows.rejected();
        return new BatchResult(
                batch.first(),
                batch.last(),
                batch.received() - rejected,
                rows.written(),
                rejected,
                token,
                rows.status(),
                errors.subList(0, Math.min(errors.size(), errorLimit)));
    }

    /**
     * Writes all batches in one transaction and commits after the last. The first bad row is the error of the whole.
     *
     * @param unwritten owns the batches until each is written
     * @return one result for everything, empty where there was no batch
     */
    Mono<BatchResult> writeAll(Flux<Batch> batches, Unwritten unwritten) {
        return routing.<BatchResult>write(connection -> begin(connection)
                        .thenMany(batches.concatMap(batch -> unwritten.write(batch, part -> part(connection, part)), 1))
                        .reduce(BatchResult::plus)
                        .flatMap(all -> mark(connection, all.first(), all.last())
                                .then(Mono.defer(connection::commitAndToken))
                                .map(all::at)))
                .singleOrEmpty();
    }

    private Mono<BatchResult> part(RoutedConnection connection, Batch batch) {
        Mono<BatchResult> part = batch.refusals() > 0
                ? Mono.error(new RowsRefused(BatchResult.refused(batch, 400, batch.refused())))
                : load(connection, batch)
                        .map(written -> new BatchResult(
                                batch.first(), batch.last(), batch.received(), written, 0, null, 200, List.of()))
                        .onErrorMap(
                                Misfit.class,
                                misfit -> new RowsRefused(
                                        BatchResult.refused(batch, misfit.status(), errors(batch, misfit))));
        return part.doFinally(signal -> batch.release());
    }

    /** Ends an atomic upload. */
    static final class RowsRefused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient BatchResult result;

        RowsRefused(BatchResult result) {
            super("rows refused", null, false, false);
            this.result = result;
        }

        BatchResult result() {
            return result;
        }
    }
}
