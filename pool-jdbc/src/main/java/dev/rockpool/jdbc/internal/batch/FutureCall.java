package dev.rockpool.jdbc.internal.batch;

import dev.rockpool.PoolException;
import dev.rockpool.jdbc.internal.connect.JdbcAcquire;
import java.util.concurrent.CompletableFuture;

/** A call whose caller holds a future. */
public final class FutureCall<A, R> extends BatchCall<A, R> {
    private final Batcher<A, R> batcher;
    private final CallFuture future = new CallFuture();

    private FutureCall(Batcher<A, R> batcher, A key) {
        super(key);
        this.batcher = batcher;
    }

    /**
     * Sends a call, now or later. The exceptions of the pool become {@link java.sql.SQLException}s.
     *
     * @param timeout how long it may wait, in nanoseconds; {@code Long.MAX_VALUE} for ever
     */
    public static <A, R> CompletableFuture<R> submit(Batcher<A, R> batcher, A key, long timeout) {
        FutureCall<A, R> call = new FutureCall<>(batcher, key);
        PoolException refusal = batcher.submit(call, timeout);
        if (refusal != null) call.future.completeExceptionally(JdbcAcquire.translated(refusal));
        else call.future.whenComplete((result, error) -> batcher.cancel(call)); // also by its holder, as orTimeout does
        return call.future;
    }

    /** {@code cancel} returns only after the call has left the queue, whichever thread runs the dependents. */
    private final class CallFuture extends CompletableFuture<R> {
        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled) batcher.cancel(FutureCall.this);
            return cancelled;
        }
    }

    @Override
    public boolean isAbandoned() {
        return future.isDone();
    }

    @Override
    protected void answer() {
        batcher.completions().add(this::complete);
    }

    private void complete() {
        Throwable error = error();
        if (error == null) future.complete(value());
        else future.completeExceptionally(error instanceof PoolException e ? JdbcAcquire.translated(e) : error);
    }
}
