package io.sluice.gateway.ingest;

import io.r2dbc.spi.Result;
import io.sluice.routing.RoutedConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds the bad rows of a batch and writes the others. Many rows are sifted by the server itself. Ranges of few are
 * tried in savepoints; where the server names the bad row, the rows around it are tried again, else the two halves. For
 * one batch, which is held by one transaction.
 */
final class RowByRow {

    /** Rows tried at once, so that what is sent in vain behind a bad row stays little. */
    private static final int RANGE = 512;

    /** From this many rows on a stage is worth its price. */
    private static final int SIFTED = 200;

    private record Range(Segment segment, int from, int to) {}

    private final RoutedConnection connection;
    private final Loader loader;
    private final int errorLimit;
    private final Batch batch;
    private final Deque<Range> ranges = new ArrayDeque<>();
    private final List<RowError> errors = new ArrayList<>();
    private long rejected;
    private long written;
    private int status = 400;

    RowByRow(RoutedConnection connection, Loader loader, Batch batch, int errorLimit) {
        this.connection = connection;
        this.loader = loader;
        this.errorLimit = errorLimit;
        this.batch = batch;
    }

    List<RowError> errors() {
        return errors;
    }

    long rejected() {
        return rejected;
    }

    long written() {
        return written;
    }

    /** The HTTP status of the first error. */
    int status() {
        return status;
    }

    /** Goes through the whole batch. */
    Mono<Void> run() {
        return Flux.fromIterable(batch.segments())
                .concatMap(segment -> isSifted(segment) ? sift(segment) : bisect(segment))
                .then();
    }

    private static boolean isSifted(Segment segment) {
        return segment.rowCount() >= SIFTED && segment.columns().length > 0 && !segment.markers();
    }

    private Mono<Void> sift(Segment segment) {
        return execute("SAVEPOINT sluice_rows")
                .then(Sieve.sift(connection, segment, loader.onConflict(segment), errorLimit))
                .doOnNext(this::add)
                .then(execute("RELEASE sluice_rows"))
                .onErrorResume(Misfit.class, unstaged -> execute("ROLLBACK TO sluice_rows")
                        .then(bisect(segment)));
    }

    private void add(Sieve.Sifted sifted) {
        if (rejected == 0 && sifted.rejected() > 0) {
            status = sifted.status();
        }
        rejected += sifted.rejected();
        written += sifted.written();
        errors.addAll(sifted.errors().subList(0, Math.min(sifted.errors().size(), errorLimit - errors.size())));
    }

    private Mono<Void> bisect(Segment segment) {
        return Mono.defer(() -> {
            for (int from = 0; from < segment.rowCount(); from += RANGE) {
                ranges.add(new Range(segment, from, Math.min(segment.rowCount(), from + RANGE)));
            }
            return attempts();
        });
    }

    private Mono<Void> attempts() {
        return Mono.defer(() -> {
                    Range next = ranges.poll();
                    return next == null ? Mono.<Boolean>empty() : attempt(next).thenReturn(true);
                })
                .repeat(() -> !ranges.isEmpty())
                .then();
    }

    private Mono<Void> attempt(Range range) {
        return execute("SAVEPOINT sluice_rows")
                .then(loader.load(connection, range.segment, range.from, range.to))
                .doOnNext(count -> written += count)
                .then(execute("RELEASE sluice_rows"))
                .onErrorResume(Misfit.class, misfit -> execute("ROLLBACK TO sluice_rows")
                        .then(Mono.fromRunnable(() -> divide(range, misfit))));
    }

    private void divide(Range range, Misfit misfit) {
        Segment segment = range.segment;
        int bad = misfit.index() < 0 ? -1 : range.from + misfit.index();
        if (range.to - range.from == 1) {
            reject(segment, range.from, misfit);
        } else if (bad >= range.from && bad < range.to) {
            reject(segment, bad, misfit);
            retry(new Range(segment, bad + 1, range.to));
            retry(new Range(segment, range.from, bad));
        } else {
            int middle = (range.from + range.to) >>> 1;
            retry(new Range(segment, middle, range.to));
            retry(new Range(segment, range.from, middle));
        }
    }

    /** Next, so that rows go in in their order. */
    private void retry(Range range) {
        if (range.from < range.to) {
            ranges.push(range);
        }
    }

    private void reject(Segment segment, int index, Misfit misfit) {
        if (rejected++ == 0) {
            status = misfit.status();
        }
        if (errors.size() < errorLimit) {
            errors.add(misfit.at(segment.row(index), segment.line(index)));
        }
    }

    private Mono<Void> execute(String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(Result::getRowsUpdated)
                .then();
    }
}
