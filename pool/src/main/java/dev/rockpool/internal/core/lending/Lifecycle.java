package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.slot.Slots;
import java.util.function.LongSupplier;

/** Pauses, resumes and closes a pool. Thread-safe: each change is made under the lock of the queue. */
public final class Lifecycle<C> {
    private final Gate gate;
    private final Slots<C> slots;
    private final WaitQueue<C> waiters;
    private final HandOver<C> handOver;
    private final LongSupplier clock;

    /** When a caller last asked that the pool stays open. Written under the lock of the queue. */
    private volatile long keptAt;

    private volatile boolean closedUnused;

    Lifecycle(Gate gate, Slots<C> slots, WaitQueue<C> waiters, HandOver<C> handOver, LongSupplier clock) {
        this.gate = gate;
        this.slots = slots;
        this.waiters = waiters;
        this.handOver = handOver;
        this.clock = clock;
    }

    /**
     * Pauses the pool: callers wait, up to their own timeouts. Active leases are not affected. Returns false if it was
     * paused already.
     */
    public boolean pause() {
        waiters.lock();
        try {
            boolean was = gate.isPaused();
            gate.setPaused(true);
            return !was;
        } finally {
            waiters.unlock();
        }
    }

    /** Ends a pause: idle slots go to the waiters. */
    public Actions<C> resume() {
        waiters.lock();
        try {
            gate.setPaused(false);
        } finally {
            waiters.unlock();
        }
        return handOver.serveNewlyAllowed();
    }

    /** Closes the pool: nothing is lent any more, and all waiters fail. Returns {@link Actions#tooLate} if it was closed already. */
    public Actions<C> close() {
        waiters.lock();
        try {
            if (gate.isClosed()) return Actions.tooLate();
            gate.setClosed();
        } finally {
            waiters.unlock();
        }
        return waiters.failed().failAll(null);
    }

    /**
     * Closes the pool if nobody uses it: no caller waits, no slot is taken, and no caller has kept it open since this
     * time. Only the keeper calls this, because only the keeper reserves slots. A later caller finds the pool closed.
     */
    public boolean closeIfUnused(long since) {
        waiters.lock();
        try {
            boolean used = gate.isPaused() || gate.waiting() > 0 || keptAt > since || !slots.areVacant();
            if (gate.isClosed() || used) return false;
            closedUnused = true;
            gate.setClosed();
            return true;
        } finally {
            waiters.unlock();
        }
    }

    /** Whether {@link #closeIfUnused} has closed the pool. Then no caller was in its queue. */
    public boolean isClosedUnused() {
        return closedUnused;
    }

    /** Restarts the time after which an unused pool closes itself. Returns false if the pool is closed. */
    public boolean keepOpen() {
        waiters.lock();
        try {
            if (gate.isClosed()) return false;
            keptAt = clock.getAsLong();
            return true;
        } finally {
            waiters.unlock();
        }
    }

    /** When {@link #keepOpen} was last called, by the pool's clock. */
    public long keptAt() {
        return keptAt;
    }
}
