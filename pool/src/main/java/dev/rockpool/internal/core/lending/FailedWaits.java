package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.connectivity.Connectivity;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.queue.LoadShedder;
import dev.rockpool.internal.core.queue.OverloadSettings;
import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.queue.QueueLock;
import dev.rockpool.internal.core.queue.Waiter;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Ends waits without a slot: callers time out, or fail because of an outage, of overload, or of the end of the pool.
 *
 * <p>Each verb decides the waiters under the lock of {@link WaitQueue}. They are resumed by the {@link Actions} that it
 * returns.
 */
public final class FailedWaits<C> {
    private final WaitQueue<C> waiters;
    private final QueueLock lock;
    private final PriorityQueues<C> queue;
    private final Gate gate;
    private final ConnectivityTracker connectivity;
    private final LongSupplier clock;

    /** Null while overload control is not configured. */
    private volatile LoadShedder<C> shedding;

    FailedWaits(
            WaitQueue<C> waiters,
            QueueLock lock,
            PriorityQueues<C> queue,
            Gate gate,
            ConnectivityTracker connectivity,
            LongSupplier clock) {
        this.waiters = waiters;
        this.lock = lock;
        this.queue = queue;
        this.gate = gate;
        this.connectivity = connectivity;
        this.clock = clock;
    }

    /** The earliest deadline of a suspended waiter; {@code Long.MAX_VALUE} if there is none. */
    public long nextDeadline() {
        lock.lock();
        try {
            return queue.nextDeadline();
        } finally {
            lock.unlock();
        }
    }

    /** Times out every suspended waiter whose deadline has passed. */
    public Actions<C> expire(long now) {
        List<Waiter<C>> expired;
        lock.lock();
        try {
            expired = queue.expire(now);
            waiters.publishLocked();
        } finally {
            lock.unlock();
        }
        return Actions.resuming(expired);
    }

    /**
     * Fails all waiters.
     *
     * @param cause why; null because the pool is closed
     */
    public Actions<C> failAll(Throwable cause) {
        List<Waiter<C>> failed;
        lock.lock();
        try {
            failed = failAllLocked(cause);
        } finally {
            lock.unlock();
        }
        return Actions.resuming(failed);
    }

    /** Fails all waiters if the server is down. Callers that come later are refused while it is. */
    public Actions<C> failWhileDown() {
        List<Waiter<C>> failed;
        lock.lock();
        try {
            Connectivity.Down down = connectivity.down();
            failed = down == null ? List.of() : failAllLocked(down.outage());
        } finally {
            lock.unlock();
        }
        return Actions.resuming(failed);
    }

    private List<Waiter<C>> failAllLocked(Throwable cause) {
        List<Waiter<C>> failed = queue.failAll(cause);
        waiters.publishLocked();
        return failed;
    }

    /** Configures overload control; null disables it. */
    public void overload(OverloadSettings settings) {
        lock.lock();
        try {
            shedding = settings == null ? null : new LoadShedder<>(settings, queue);
        } finally {
            lock.unlock();
        }
    }

    /** Whether overload control is configured. */
    boolean sheds() {
        return shedding != null;
    }

    /** This waiter is served. Overload control judges by how long it has waited. */
    void servedLocked(Waiter<C> waiter) {
        if (shedding != null) shedding.served(waiter, clock.getAsLong());
    }

    /** Sheds waiters that have waited too long, if overload control is configured and detects overload. */
    public Actions<C> shed(long now) {
        if (shedding == null || gate.waiting() == 0) return Actions.none();
        lock.lock();
        try {
            return shedding == null ? Actions.none() : Actions.resuming(shedLocked(now));
        } finally {
            lock.unlock();
        }
    }

    /** Sheds waiters like {@link #shed}, for a caller that resumes them. */
    List<Waiter<C>> shedLocked() {
        return shedding == null ? List.of() : shedLocked(clock.getAsLong());
    }

    private List<Waiter<C>> shedLocked(long now) {
        List<Waiter<C>> shed = shedding.shed(now);
        if (!shed.isEmpty()) waiters.publishLocked();
        return shed;
    }

    /**
     * When to call {@link #shed} if nothing is handed over before; {@code Long.MAX_VALUE} for never. At least one
     * target apart.
     */
    public long nextShed(long now) {
        if (shedding == null || gate.waiting() == 0) return Long.MAX_VALUE;
        lock.lock();
        try {
            if (shedding == null) return Long.MAX_VALUE;
            return shedding.due() > now
                    ? shedding.due()
                    : now + shedding.settings().target();
        } finally {
            lock.unlock();
        }
    }
}
