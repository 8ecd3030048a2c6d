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
        if (!queue.cancel(this) && outcome() == Outcome.SERVED)
            queue.getRuntime().slots().release(slot(), ticket());
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
        if (outcome() == Outcome.SERVED) queue.getRuntime().state().served(this);
        try {
            future.defaultExecutor().execute(this::complete);
        } catch (Throwable noThread) {
            complete();
        }
    }

    private void complete() {
        if (!told.compareAndSet(false, true)) return; // an executor that refused may run it all the same
        try {
            tell();
        } catch (Throwable e) { // no memory for a better error
            future.completeExceptionally(e);
        }
    }

    private void tell() {
        switch (outcome()) {
            case SERVED -> {
                Lease<C> lease = leasing.lease(slot(), ticket());
                if (!future.complete(lease)) lease.close();
            }
            case TIMED_OUT ->
                future.completeExceptionally(
                        queue.getErrors().timedOut(queue.getRuntime().now() - since(), holder()));
            case FAILED -> future.completeExceptionally(queue.getErrors().failed(failure()));
            case WAITING, CANCELLED -> {}
        }
    }
}
