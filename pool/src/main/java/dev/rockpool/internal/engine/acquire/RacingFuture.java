package dev.rockpool.internal.engine.acquire;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.slot.Holder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A caller that holds a future, and waits in several pools without a parked thread. */
public final class RacingFuture<C, T> extends RacingCaller<C, T> {
    private final Consumer<T> giveBack;
    private final LeaseFuture future = new LeaseFuture();
    private final AtomicBoolean completed = new AtomicBoolean();
    private volatile RacingPlace<C> served;

    /** @param giveBack ends the lease of a future that did not take it */
    public RacingFuture(
            Races<C> all, int pools, long timeout, Priority priority, RaceLeasing<C, T> leasing, Consumer<T> giveBack) {
        super(all, pools, timeout, priority, leasing);
        this.giveBack = giveBack;
    }

    /** Waits in these pools. Cancelling the result leaves their queues. */
    public CompletableFuture<T> start(List<RacePool<C>> pools) {
        future.whenComplete((lease, error) -> {
            // ended by its holder: by cancel, orTimeout or completeOnTimeout
            if (error != null || !completed.get()) giveUp();
        });
        begin(pools);
        return future;
    }

    /** {@code cancel} returns only after the wait or the lease was released, whichever thread runs the dependents. */
    private final class LeaseFuture extends CompletableFuture<T> {
        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled) giveUp();
            return cancelled;
        }
    }

    private void giveUp() {
        if (cancel()) return;
        RacingPlace<C> place = served;
        if (place != null) release(place);
    }

    @Override
    protected Object holder() {
        return Holder.FUTURE;
    }

    /** Completes the future on another thread, because its dependents are user code. */
    @Override
    protected void resume(RacingPlace<C> place, Throwable failure) {
        if (failure == null) served = place;
        try {
            future.defaultExecutor().execute(() -> complete(place, failure));
        } catch (Throwable noThread) {
            complete(place, failure);
        }
    }

    private void complete(RacingPlace<C> place, Throwable failure) {
        if (!completed.compareAndSet(false, true)) return; // an executor that rejected the task may still run it
        if (failure != null) {
            future.completeExceptionally(failure);
            return;
        }
        T lease;
        try {
            lease = lease(place);
        } catch (Throwable e) { // not enough memory for the lease
            future.completeExceptionally(e);
            return;
        }
        if (!future.complete(lease)) giveBack.accept(lease);
    }
}
