package dev.rockpool.internal.engine;

import dev.rockpool.Priority;
import dev.rockpool.internal.core.lending.Enqueued;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;

/** Acquires a slot for a thread: at once if one is free, else by parking in the pool's one queue. */
public final class ThreadAcquire {
    private ThreadAcquire() {}

    /**
     * @param timeout how long to wait, in nanoseconds; {@code Long.MAX_VALUE} for ever
     * @return a slot that is leased to the caller, and must be released with its ticket
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is leased then
     * @throws dev.rockpool.PoolException as {@code Pool.acquire}
     */
    public static <C> Slot<C> acquire(Engine<C> engine, long timeout) throws InterruptedException {
        return acquire(engine, timeout, Priority.NORMAL);
    }

    /** The same with a priority; else it is normal. */
    public static <C> Slot<C> acquire(Engine<C> engine, long timeout, Priority priority) throws InterruptedException {
        Slot<C> slot = engine.getState().tryLend(Thread.currentThread());
        return slot != null ? slot : await(engine, timeout, priority);
    }

    private static <C> Slot<C> await(Engine<C> engine, long timeout, Priority priority) throws InterruptedException {
        SlotPool<C> slots = engine.getSlots();
        if (Thread.interrupted()) throw new InterruptedException();
        long start = System.nanoTime();
        if (timeout <= 0) throw engine.impatient(Thread.currentThread());
        ThreadWaiter<C> waiter = ThreadWaiter.here(engine, timeout, priority);
        Enqueued enqueued = engine.enqueue(waiter);
        if (enqueued != Enqueued.WAITS) throw engine.refused(enqueued);
        boolean interrupted = false;
        while (!waiter.isDecided()) {
            long waited = System.nanoTime() - start;
            if (interrupted || waiter.parks() && waited >= timeout) {
                if (giveUp(engine, waiter, interrupted)) {
                    if (interrupted) throw new InterruptedException();
                    throw engine.timedOut(waited, waiter.holder());
                }
                break;
            }
            if (!waiter.isWoken()) waiter.park(engine, timeout - waited);
            if (waiter.isWoken()) slots.retryAcquire(waiter);
            interrupted = Thread.interrupted();
        }
        if (interrupted) Thread.currentThread().interrupt(); // it was served first: the lease counts, and the flag too
        slots.propagateWakeup(waiter);
        if (waiter.outcome() == Waiter.Outcome.TIMED_OUT)
            throw engine.timedOut(engine.now() - waiter.since(), waiter.holder());
        if (waiter.outcome() == Waiter.Outcome.FAILED) throw engine.failed(waiter.failure());
        slots.state().served(waiter);
        return waiter.slot();
    }

    private static <C> boolean giveUp(Engine<C> engine, ThreadWaiter<C> waiter, boolean interrupted) {
        if (interrupted) return engine.cancel(waiter);
        if (!waiter.decide(Waiter.Outcome.TIMED_OUT)) return false;
        engine.getSlots().leave(waiter);
        return true;
    }
}
