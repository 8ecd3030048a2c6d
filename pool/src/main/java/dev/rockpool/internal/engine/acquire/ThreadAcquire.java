package dev.rockpool.internal.engine.acquire;

import dev.rockpool.PoolException;
import dev.rockpool.Priority;
import dev.rockpool.internal.base.ProcessorLoad;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.runtime.SlotPool;

/** Acquires a slot for a thread: at once if one is free, else by parking in the pool's queue. */
public final class ThreadAcquire {
    private ThreadAcquire() {}

    /**
     * @param timeout how long to wait, in nanoseconds; {@code Long.MAX_VALUE} means no limit
     * @return a slot that is leased to the caller, and must be released with its ticket
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is leased then
     * @throws dev.rockpool.PoolException as {@code Pool.acquire}
     */
    public static <C> Slot<C> acquire(AcquireQueue<C> queue, long timeout) throws InterruptedException {
        return acquire(queue, timeout, Priority.NORMAL);
    }

    /** Acquires with this priority. */
    public static <C> Slot<C> acquire(AcquireQueue<C> queue, long timeout, Priority priority)
            throws InterruptedException {
        Slot<C> slot = queue.getRuntime().state().tryLend(Thread.currentThread());
        return slot != null ? slot : await(queue, timeout, priority);
    }

    /** Acquires from the queue of callers with a demand of their own. */
    public static <C> Slot<C> acquireOnDemand(AcquireQueue<C> queue, long timeout, Priority priority)
            throws InterruptedException {
        Slot<C> slot = queue.tryLend(Thread.currentThread());
        return slot != null ? slot : await(queue, timeout, priority);
    }

    private static <C> Slot<C> await(AcquireQueue<C> queue, long timeout, Priority priority)
            throws InterruptedException {
        SlotPool<C> slots = queue.getRuntime().slots();
        if (Thread.interrupted()) throw new InterruptedException();
        Slot<C> kept = queue.tryLendKept(Thread.currentThread());
        if (kept != null) return kept;
        long start = System.nanoTime();
        if (timeout <= 0) throw queue.notAvailable(Thread.currentThread());
        boolean isCrowded = queue.getRuntime().state().waiting() > 0;
        if (isCrowded) ProcessorLoad.OF_PROCESS.look(start);
        ThreadWaiter<C> waiter = ThreadWaiter.here(queue, timeout, priority);
        PoolException refusal = queue.enqueue(waiter);
        if (refusal != null) throw refusal;
        boolean interrupted = false;
        while (!waiter.isDecided()) {
            long waited = System.nanoTime() - start;
            if (interrupted || waiter.parks() && waited >= timeout) {
                if (giveUp(queue, waiter, interrupted)) {
                    if (interrupted) throw new InterruptedException();
                    throw queue.timedOut(waiter, waited);
                }
                break;
            }
            if (!waiter.isWoken()) waiter.park(queue, timeout - waited);
            if (waiter.isWoken()) slots.retryAcquire(waiter);
            interrupted = Thread.interrupted();
        }
        if (interrupted)
            Thread.currentThread().interrupt(); // served before the interrupt: keeps the lease and the flag
        slots.propagateWakeup(waiter);
        return queue.slotOf(waiter);
    }

    private static <C> boolean giveUp(AcquireQueue<C> queue, ThreadWaiter<C> waiter, boolean interrupted) {
        if (interrupted) return queue.cancel(waiter);
        if (!waiter.decide(Waiter.Outcome.TIMED_OUT)) return false;
        queue.getRuntime().slots().leave(waiter);
        return true;
    }
}
