package dev.rockpool.jdbc.internal.connection;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds how long the return of a connection waits for the server. It aborts the connection of a return that takes too
 * long, so that the thread of its user comes free.
 *
 * <p>It looks a few times per limit while connections are returned, so a return only has to publish itself. It stops when
 * none was returned for a while. One object per pool. Thread-safe.
 */
public final class ReturnWatch {
    private static final int LOOKS_PER_LIMIT = 8;
    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    /** After this many looks without a return, it stops. */
    private static final int ENOUGH = 2;

    /** The pool whose returns are bounded. */
    public interface Owner {
        /** How long a return may take. */
        Duration returnLimit();

        /** Aborts the connection of a return that took too long. Must not wait. */
        void abortReturn(PhysicalConnection connection);

        /** Runs a look after this time, on a thread that may block. Calls {@link #missed} if it cannot. */
        void later(long nanos, Runnable look);
    }

    /** A return, by the number of its call, and when it was first seen. */
    private record Seen(long call, long since) {}

    private final Owner owner;
    private final Set<PhysicalConnection> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean ended;

    // These belong to the one look that runs.
    private Map<PhysicalConnection, Seen> seen = new HashMap<>();
    private int misses;

    public ReturnWatch(Owner owner) {
        this.owner = owner;
    }

    /** Called before the return of this connection calls the driver. */
    void began(PhysicalConnection connection) {
        running.add(connection);
        if (!looking.get() && looking.compareAndSet(false, true)) lookLater();
    }

    /** Called after that. Returns false if it took too long, and the connection was aborted. */
    boolean ended(PhysicalConnection connection) {
        return running.remove(connection);
    }

    /** The pool has ended, so nothing new is returned. */
    public void end() {
        ended = true;
    }

    private void lookLater() {
        long pause = Math.max(owner.returnLimit().toNanos() / LOOKS_PER_LIMIT, SHORTEST_PAUSE);
        try {
            owner.later(pause, this::look);
        } catch (Throwable e) { // no memory or no thread
            missed();
        }
    }

    /** A look did not run. The next return begins again. */
    public void missed() {
        looking.set(false);
    }

    private void look() {
        if (ended && running.isEmpty()) {
            missed();
            return;
        }
        long now = System.nanoTime();
        long most = owner.returnLimit().toNanos();
        Map<PhysicalConnection, Seen> next = new HashMap<>();
        for (PhysicalConnection connection : running) {
            long call = connection.callUnderWay();
            Seen known = seen.get(connection);
            if (known == null || known.call != call) known = new Seen(call, now);
            if (now - known.since < most) next.put(connection, known);
            else if (running.remove(connection)) owner.abortReturn(connection);
        }
        seen = next;
        misses = next.isEmpty() ? misses + 1 : 0;
        if (misses > ENOUGH) {
            looking.set(false);
            // A return that began before that relies on this look.
            if (running.isEmpty() || !looking.compareAndSet(false, true)) return;
            misses = 0;
        }
        lookLater();
    }
}
