package io.sluice.routing.pool;

import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A result that is watched while it is read. */
final class WatchedResult implements PostgresqlResult {

    private final PostgresqlResult driver;
    private final InFlight inFlight;
    private final boolean conversation;

    private final Rows rows;

    /** What becomes of a conversation's rows. */
    interface Rows {
        <T> Flux<T> of(Flux<T> conversation);
    }

    private WatchedResult(PostgresqlResult driver, InFlight inFlight, boolean conversation, Rows rows) {
        this.driver = driver;
        this.inFlight = inFlight;
        this.conversation = conversation;
        this.rows = rows;
    }

    /** Reading this result is the conversation with the server. */
    static WatchedResult conversation(PostgresqlResult driver, InFlight inFlight, Rows rows) {
        return new WatchedResult(driver, inFlight, true, rows);
    }

    /** Takes a result that nobody wants, so that the conversation goes on behind it. */
    static void drain(PostgresqlResult unwanted) {
        unwanted.getRowsUpdated().subscribe(count -> {}, error -> {});
    }

    /** This result is a part of a conversation that is watched as a whole. */
    static WatchedResult window(PostgresqlResult driver, InFlight inFlight) {
        return new WatchedResult(driver, inFlight, false, WatchedResult::asTheyAre);
    }

    @Override
    public Mono<Long> getRowsUpdated() {
        return conversation
                ? Watch.mono(driver.getRowsUpdated(), inFlight)
                : OnLoop.flux(driver.getRowsUpdated().flux(), inFlight.loop()).singleOrEmpty();
    }

    @Override
    public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mapping) {
        return watched(driver.map(mapping));
    }

    @Override
    public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapping) {
        return watched(Flux.from(driver.map(mapping)));
    }

    @Override
    public PostgresqlResult filter(Predicate<Segment> predicate) {
        return new WatchedResult(driver.filter(predicate), inFlight, conversation, rows);
    }

    @Override
    public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapping) {
        return watched(Flux.from(driver.flatMap(mapping)));
    }

    private <T> Flux<T> watched(Flux<T> result) {
        return conversation ? Watch.flux(rows.of(result), inFlight, true) : OnLoop.flux(result, inFlight.loop());
    }

    private static <T> Flux<T> asTheyAre(Flux<T> conversation) {
        return conversation;
    }

    @Override
    public String toString() {
        return driver.toString();
    }
}
