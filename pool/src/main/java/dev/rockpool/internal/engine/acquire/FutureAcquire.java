package dev.rockpool.internal.engine.acquire;

import dev.rockpool.Lease;
import dev.rockpool.PoolException;
import dev.rockpool.Priority;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Slot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A caller that holds a future. It waits in the queue like a coroutine: no thread is parked for it. */
public final class FutureAcquire<C> extends Waiter<C> {
    private final AcquireQueue<C> queue;
    private final Leasing<C, Lease<C>> leasing;
    private final LeaseFuture future = new LeaseFuture();
    private final AtomicBoolean told = new AtomicBoolean();

    /** Null when it was served. Written before it is told. */
    private Throwable error;

    private FutureAcquire(
            AcquireQueue<C> queue, Leasing<C, Lease<C>> leasing, long since, long deadline, Priority priority) {
        super(since, deadline, priority);
        this.queue = queue;
        this.leasing = leasing;
    }

    /**
     * @param timeout how long to wait, in nanoseconds; {@code Long.MAX_VALUE} for ever
     */
    public static <C> CompletableFuture<Lease<C>> acquire(
            AcquireQueue<C> queue, Leasing<C, Lease<C>> leasing, long timeout, Priority priority) {
        Slot<C> slot = queue.getRuntime().state().tryLend(Holder.FUTURE);
        if (slot != null) return CompletableFuture.completedFuture(leasing.lease(slot, slot.granted()));
        if (timeout <= 0)
            return CompletableFuture.failedFuture(queue.getErrors().impatient(Holder.FUTURE));
        long now = queue.getRuntime().now();
        long deadline = queue.deadline(now, timeout);
        FutureAcquire<C> waiter = new FutureAcquire<>(queue, leasing, now, deadline, priority);
        waiter.future.whenComplete((lease, error) -> {
            if (error != null) waiter.giveUp(); // cancelled, or failed by its holder: orTimeout, say
        });
        PoolException refusal = queue.enqueue(waiter);
        if (refusal != null) waiter.future.completeExceptionally(refusal);
        return waiter.future;
    }

    /** A cancel that has returned has given everything back, whichever thread runs the dependents. */
    private final class LeaseFuture extends CompletableFuture<Lease<C>> {
        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled) giveUp();
            return cancelled;
        }
    }

    /** Nobody wants the lease any more; perhaps this was served, and the future did not hear of it yet. */
    private void giveUp() {
        if (!queue.cancel(this) && isServed()) queue.getRuntime().slots().release(slot(), ticket());
    }

    @Override
    public boolean parks() {
        return false;
    }

    @Override
    public Object holder() {
        return Holder.FUTURE;
    }

    /**
     * Completes the future elsewhere: its dependents are user code, and this may be somebody's release. Here if there is no thread for
     * it elsewhere.
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
        if (!told.compareAndSet(false, true)) return; // an executor that refused may run it all the same
        try {
            if (error != null) {
                future.completeExceptionally(error);
                return;
            }
            Lease<C> lease = leasing.lease(slot(), ticket());
            if (!future.complete(lease)) lease.close();
        } catch (Throwable e) { // no memory for the lease
            future.completeExceptionally(e);
        }
    }
}
