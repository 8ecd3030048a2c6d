package dev.rockpool.internal.core.queue;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * The lock of the queue, held for some hundred nanoseconds at a time. Not reentrant, and it does not know its owner: to note one costs as much as the rest.
 *
 * <p>Among coroutines whoever finds it taken looks again for a few microseconds: to park costs more than that, and the processor goes idle. Threads
 * that wait for connections park at once: too many of them are awake already, and one that parks makes room for those that can go on.
 */
public final class QueueLock extends AbstractQueuedSynchronizer {
    private static final long serialVersionUID = 1L;
    private static final int LOOKS = 64;

    /** @param forCoroutines whether what waits, or is going to, is no parked thread */
    public void lock(boolean forCoroutines) {
        for (int i = 0; forCoroutines && i < LOOKS; i++) {
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
