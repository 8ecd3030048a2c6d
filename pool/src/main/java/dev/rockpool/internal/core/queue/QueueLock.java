package dev.rockpool.internal.core.queue;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * The lock of the queue, held for some hundred nanoseconds at a time. It is not reentrant and has no owner, because
 * recording one would double its cost.
 *
 * <p>For coroutines, a caller that finds it taken spins for a few microseconds, because parking costs more and lets the
 * processor go idle. Threads that wait for connections park at once: too many of them are awake already, and parking
 * makes room for threads that can run.
 */
public final class QueueLock extends AbstractQueuedSynchronizer {
    private static final long serialVersionUID = 1L;
    private static final int SPINS = 64;

    /** @param forCoroutines whether the waiters are not parked threads */
    public void lock(boolean forCoroutines) {
        for (int i = 0; forCoroutines && i < SPINS; i++) {
            if (tryAcquire(1)) return;
            Thread.onSpinWait();
        }
        lock();
    }

    public void lock() {
        acquire(1);
    }

    public void unlock() {
        release(1);
    }

    @Override
    protected boolean tryAcquire(int taken) {
        return getState() == 0 && compareAndSetState(0, taken);
    }

    @Override
    protected boolean tryRelease(int taken) {
        setState(0);
        return true;
    }
}
