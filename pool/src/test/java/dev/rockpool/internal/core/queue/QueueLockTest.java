package dev.rockpool.internal.core.queue;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class QueueLockTest {
    private final QueueLock lock = new QueueLock();

    @Test
    void aFreeLockIsTakenAtOnceByEachKindOfCaller() {
        lock.lock();
        assertFalse(lock.tryAcquire(1));
        lock.unlock();
        lock.lock(false);
        assertFalse(lock.tryAcquire(1));
        lock.unlock();
        lock.lock(true);
        assertFalse(lock.tryAcquire(1));
        lock.unlock();

        assertTrue(lock.tryAcquire(1));
    }

    @Test
    void aCallerThatWaitsForAThreadParksUntilTheLockIsFree() throws InterruptedException {
        waitsForTheLock(false);
    }

    @Test
    void aCallerThatWaitsForACoroutineParksIfSpinningDoesNotHelp() throws InterruptedException {
        waitsForTheLock(true);
    }

    private void waitsForTheLock(boolean forCoroutines) throws InterruptedException {
        AtomicBoolean acquired = new AtomicBoolean();
        Thread other = new Thread(() -> {
            lock.lock(forCoroutines);
            acquired.set(true);
            lock.unlock();
        });
        lock.lock();
        other.start();
        while (!lock.hasQueuedThreads() && !acquired.get()) Thread.onSpinWait();
        assertFalse(acquired.get());

        lock.unlock();
        other.join();
        assertTrue(acquired.get());
        assertTrue(lock.tryAcquire(1));
    }
}
