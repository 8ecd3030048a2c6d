package dev.rockpool.internal.engine.acquire;

import dev.rockpool.Priority;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A thread, platform or virtual, that waits in several pools. */
public final class RacingThread<C, T> extends RacingCaller<C, T> {
    private final Thread thread = Thread.currentThread();
    private RacingPlace<C> winner;
    private Throwable failure;
    private volatile boolean resumed;

    private RacingThread(Races<C> all, int pools, long timeout, Priority priority, RaceLeasing<C, T> leasing) {
        super(all, pools, timeout, priority, leasing);
    }

    /** A caller for this thread. Then call {@link #await}. */
    public static <C, T> RacingThread<C, T> here(
            Races<C> all, int pools, long timeout, Priority priority, RaceLeasing<C, T> leasing) {
        return new RacingThread<>(all, pools, timeout, priority, leasing);
    }

    /**
     * Waits until a slot of one of these pools is leased to this thread.
     *
     * @param timeout how long to wait, in nanoseconds; {@code Long.MAX_VALUE} means no limit
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is leased then
     */
    public T await(List<RacePool<C>> pools, long timeout) throws InterruptedException {
        if (Thread.interrupted()) throw new InterruptedException();
        long start = System.nanoTime();
        begin(pools);
        boolean interrupted = false;
        while (!resumed) {
            long left = timeout - (System.nanoTime() - start);
            if (interrupted && cancel()) throw new InterruptedException();
            if (left <= 0 && expire()) throwUnchecked(timedOut());
            // If neither was possible, another thread is about to resume this one.
            if (left <= 0) LockSupport.park(this);
            else LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) thread.interrupt(); // served before the interrupt: keeps the lease and the flag
        if (failure != null) throwUnchecked(failure);
        return lease(winner);
    }

    @Override
    protected Object holder() {
        return thread;
    }

    @Override
    protected void resume(RacingPlace<C> place, Throwable cause) {
        winner = place;
        failure = cause;
        resumed = true;
        LockSupport.unpark(thread);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void throwUnchecked(Throwable e) throws X {
        throw (X) e;
    }
}
