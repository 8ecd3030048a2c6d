package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.queue.QueueLock;
import dev.rockpool.internal.core.slot.Slots;
import java.util.function.LongSupplier;

/**
 * How long callers have waited although every connection was leased. Guarded by the lock of {@link WaitQueue}, except
 * for {@link #isOn} and {@link #current}.
 */
public final class Exhaustion<C> {
    private static final long OFF = Long.MIN_VALUE;

    private final Gate gate;
    private final QueueLock lock;
    private final PriorityQueues<C> queue;
    private final Slots<C> slots;
    private final LongSupplier clock;
    private volatile long since = OFF;
    private long ended;

    Exhaustion(Gate gate, QueueLock lock, PriorityQueues<C> queue, Slots<C> slots, LongSupplier clock) {
        this.gate = gate;
        this.lock = lock;
        this.queue = queue;
        this.slots = slots;
        this.clock = clock;
    }

    /**
     * Notes whether callers wait although every connection is leased. Called when that may have changed, apart from the
     * first waiter that joins and the last that leaves.
     */
    public void judge() {
        if (gate.waiting() == 0 && !isOn()) return;
        lock.lock();
        try {
            if (queue.size() > 0 && slots.areAllLeased()) begin(clock.getAsLong());
            else end(clock.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** This waiter is the first. */
    void firstJoinedLocked(long now) {
        if (slots.areAllLeased()) begin(now);
    }

    /** No caller waits any more. */
    void lastLeftLocked() {
        if (isOn()) end(clock.getAsLong());
    }

    private void begin(long now) {
        if (!isOn()) since = now;
    }

    private void end(long now) {
        if (!isOn()) return;
        ended += Math.max(0, now - since);
        since = OFF;
    }

    /** Whether callers wait although every connection is leased, as far as it was noticed. */
    public boolean isOn() {
        return since != OFF;
    }

    /** How long the present exhaustion has lasted; negative if there is none. */
    public long current(long now) {
        long began = since;
        return began == OFF ? -1 : Math.max(0, now - began);
    }

    /** All exhaustions together, including the present one. */
    public long total(long now) {
        lock.lock();
        try {
            return ended + Math.max(0, current(now));
        } finally {
            lock.unlock();
        }
    }
}
