package io.sluice.loadtests.streams;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes one piece of a body (some KiB, as the client hands them on) and then nothing for a while: what it does not take fills
 * the buffers of both sides, until the server has to wait. Ends with the number of whole lines, or goes away after so many
 * pieces.
 */
final class PacedReader implements BodySubscriber<PacedReader.Result> {

    private final ScheduledExecutorService timer;
    private final long pauseMillis;
    private final long piecesMax;
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final LineCount count = new LineCount();
    private long pieces;
    private Flow.@Nullable Subscription subscription;

    /**
     * @param timer wakes the reader up
     * @param pauseMillis between two pieces; 0 reads as fast as it can
     * @param piecesMax goes away after so many pieces; {@link Long#MAX_VALUE} reads to the end
     */
    PacedReader(ScheduledExecutorService timer, long pauseMillis, long piecesMax) {
        this.timer = timer;
        this.pauseMillis = pauseMillis;
        this.piecesMax = piecesMax;
    }

    /**
     * @param lines whole lines that came
     * @param bytes that came
     * @param complete whether the body ended, and not within a line
     */
    record Result(long lines, long bytes, boolean complete) {}

    @Override
    public CompletionStage<Result> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> piece) {
        piece.forEach(count::add);
        pieces++;
        if (pieces >= piecesMax) {
            subscription().cancel();
            result.complete(new Result(count.lines(), count.bytes(), false));
        } else if (pauseMillis == 0) {
            subscription().request(1);
        } else {
            timer.schedule(() -> subscription().request(1), pauseMillis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(new Result(count.lines(), count.bytes(), !count.withinLine()));
    }

    private Flow.Subscription subscription() {
        if (subscription == null) {
            throw new IllegalStateException("no subscription yet");
        }
        return subscription;
    }
}
