package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.jdbc.internal.connection.Closed;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Takes, awaits and releases the write lock for one connection.
 *
 * <p>A connection that the pool seizes stops waiting. It keeps the lock until it is closed, because only then are
 * SQLite's own locks free.
 *
 * <p>Thread-safe.
 */
final class LockHolder {
    private final WriteLock lock;
    private final AtomicReference<WriteLock.Held> held = new AtomicReference<>();
    private volatile WriteLock.Request waiting;
    private volatile boolean closed;

    LockHolder(WriteLock lock) {
        this.lock = lock;
    }

    boolean isHeld() {
        return held.get() != null;
    }

    /**
     * Waits for the lock.
     *
     * @param seconds the limit; 0 for the pool's acquireTimeout
     */
    void take(int seconds) throws SQLException {
        WriteLock.Held mine = lock.tryTake();
        if (mine == null) mine = await(seconds);
        held.set(mine);
        if (closed) { // the connection was seized meanwhile, perhaps before it had the lock
            release();
            throw Closed.connection(null);
        }
    }

    private WriteLock.Held await(int seconds) throws SQLException {
        WriteLock.Request caller = lock.caller();
        waiting = caller;
        try {
            if (closed) throw Closed.connection(null);
            return lock.await(caller, seconds);
        } finally {
            waiting = null;
        }
    }

    /** Does nothing if the lock is not held. */
    void release() {
        WriteLock.Held mine = held.getAndSet(null);
        if (mine != null) lock.giveBack(mine);
    }

    /** Cancels the wait of a thread for the lock. */
    void cancelWaiting() {
        WriteLock.Request caller = waiting;
        if (caller != null) caller.cancel();
    }

    /** The connection is about to be closed: nothing waits for the lock any more. */
    void closing() {
        closed = true;
        cancelWaiting();
    }
}
