package dev.rockpool.internal.engine.acquire;

import dev.rockpool.Lease;
import dev.rockpool.PoolException;
import dev.rockpool.Priority;
import dev.rockpool.internal.core.queue.Demand;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Slot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A caller that holds a future. It waits in the queue like a coroutine, without a parked thread. */
public final class FutureAcquire<C> extends Waiter<C> {
    private final AcquireQueue<C> queue;
    private final Leasing<C, Lease<C>> leasing;
    private final LeaseFuture future = new LeaseFuture();
    private final AtomicBoolean completed = new AtomicBoolean();

    /** Null if the caller was served. Written before {@link #complete} runs. */
    private Throwable error;

    private FutureAcquire(
            AcquireQueue<C> queue, Leasing<C, Lease<C>> leasing, long since, long deadline, Priority priority) {
        super(since, deadline, priority);
        this.queue = queue;
        this.leasing = leasing;
    }

    /**
     * @param timeout how long to wait, in nanoseconds; {@code Long.MAX_VALUE} means no limit
     */
    public static <C> CompletableFuture<Lease<C>> acquire(
            AcquireQueue<C> queue, Leasing<C, Lease<C>> leasing, long timeout, Priority priority) {
        Slot<C> slot = queue.tryLend(Holder.FUTURE);
        if (slot == null) slot = queue.tryLendKept(Holder.FUTURE);
        if (slot != null) return CompletableFuture.completedFuture(leasing.lease(slot, slot.granted()));
        if (timeout <= 0) return CompletableFuture.failedFuture(queue.notAvailable(Holder.FUTURE));
        long now = queue.getRuntime().now();
        long deadline = queue.deadline(now, timeout);
        FutureAcquire<C> waiter = new FutureAcquire<>(queue, leasing, now, deadline, priority);
        waiter.future.whenComplete((lease, error) -> {
            // ended by its holder: by cancel, orTimeout or completeOnTimeout
            if (error != null || !waiter.completed.get()) waiter.giveUp();
        });
        PoolException refusal = queue.enqueue(waiter);
        if (refusal != null) waiter.future.completeExceptionally(refusal);
        return waiter.future;
    }

    /** {@code cancel} returns only after the wait or the lease was released, whichever thread runs the dependents. */
    private final class LeaseFuture extends CompletableFuture<Lease<C>> {
        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled) giveUp();
            return cancelled;
        }
    }

    /** Cancels the wait. If it was already served but the future is not completed yet, releases the lease. */
    private void giveUp() {
        if (!queue.cancel(this) && isServed()) queue.getRuntime().slots().release(slot(), ticket());
    }

    @Override
    public boolean parks() {
        return false;
    }

    @Override
    public Demand<C> demand() {
        return queue.getDemand();
    }

    @Override
    public Object holder() {
        return Holder.FUTURE;
    }

    /**
     * Completes the future on another thread, because its dependents are user code and this may run inside another
     * caller's release. Completes it here if there is no other thread.
     */
    @Override
    public void wake() {
        error = queue.settle(this);
        try {
            future.defaultExecutor().execute(this::complete);
        } catch (Throwable noThread) {
            complete();
        }
    }

    private void complete() {
        if (!completed.compareAndSet(false, true)) return; // an executor that rejected the task may still run it
        try {
            if (error != null) {
                future.completeExceptionally(error);
                return;
            }
            Lease<C> lease = leasing.lease(slot(), ticket());
            if (!future.complete(lease)) lease.close();
        } catch (Throwable e) { // not enough memory for the lease
            future.completeExceptionally(e);
        }
    }
}
