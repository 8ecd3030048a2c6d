package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.PoolException;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The right to write to one SQLite database. SQLite has one writer at a time, so writers queue here in order of
 * arrival.
 *
 * <p><b>Key idea.</b> It is a pool with one permit. Its queue is fair, and a wait ends by timeout, interrupt or
 * cancellation. A permit on its way to a caller that has given up goes to the next one.
 *
 * <p><b>No deadlock with the pool of connections.</b> A thread that waits for the lock already has a connection, so the
 * holder of the lock needs nothing more. Only a user who asks for a second connection waits for one while holding the
 * lock.
 *
 * <p>Waiting parks the thread, which is in a JDBC call. Tested by {@code SqliteTurnLaws}.
 */
final class WriteLock {
    /** The driver's code for SQLITE_BUSY, so that code which retries after it also retries after ours. */
    private static final int BUSY = 5;

    private static final int INTERRUPT = 9;
    private static final String TIMEOUT = "HYT00";
    private static final String CANCELLED = "57014";

    private final String pool;
    private final Engine<Object> engine;
    private final LongSupplier timeout;
    private volatile Held last;

    /**
     * @param pool the name of the pool, for messages
     * @param engine a pool of one permit
     * @param timeout how long to wait, in nanoseconds; {@code Long.MAX_VALUE} means no limit. Read for each wait.
     */
    WriteLock(String pool, Engine<Object> engine, LongSupplier timeout) {
        this.pool = pool;
        this.engine = engine;
        this.timeout = timeout;
    }

    /** The lock while it is held. */
    record Held(Slot<Object> slot, long ticket, Thread writer, long since) {}

    /** A thread that waits. */
    static final class Request extends Waiter<Object> {
        private final Thread thread = Thread.currentThread();
        private volatile boolean cancelled;

        Request(long since) {
            super(since, Long.MAX_VALUE);
        }

        /** It parks, but is served in strict order, without barging. */
        @Override
        public boolean parks() {
            return false;
        }

        @Override
        public Object holder() {
            return thread;
        }

        @Override
        public void wake() {
            LockSupport.unpark(thread);
        }

        /** Ends the wait. Does nothing if the lock was granted before. */
        void cancel() {
            cancelled = true;
            wake();
        }
    }

    /** A request that can be cancelled while it waits. */
    Request caller() {
        return new Request(engine.now());
    }

    /** The lock if it is free and no thread waits for it; else null. */
    Held tryTake() {
        Slot<Object> slot = engine.tryAcquire(Thread.currentThread());
        return slot == null ? null : held(slot, slot.granted());
    }

    /**
     * Waits for the lock.
     *
     * @param caller this thread
     * @param seconds the limit; 0 for the pool's acquireTimeout
     */
    Held await(Request caller, int seconds) throws SQLException {
        long limit = Math.min(timeout.getAsLong(), seconds > 0 ? TimeUnit.SECONDS.toNanos(seconds) : Long.MAX_VALUE);
        long start = System.nanoTime();
        PoolException refusal = engine.enqueue(caller);
        if (refusal != null) throw closed(refusal);
        boolean interrupted = false;
        while (!caller.isDecided()) {
            long waited = System.nanoTime() - start;
            interrupted |= Thread.interrupted();
            if (interrupted && engine.cancel(caller)) throw interrupted();
            if (caller.cancelled && engine.cancel(caller)) throw cancelled();
            if (waited >= limit && engine.cancel(caller)) throw timedOut(waited);
            LockSupport.parkNanos(this, limit - waited);
        }
        // If it was served before the interrupt, it keeps the lock, and the flag stays set.
        if (interrupted) Thread.currentThread().interrupt();
        Throwable failure = engine.settle(caller);
        if (failure != null) throw closed(failure);
        return held(caller.slot(), caller.ticket());
    }

    void giveBack(Held held) {
        engine.release(held.slot, held.ticket);
    }

    private Held held(Slot<Object> slot, long ticket) {
        Held held = new Held(slot, ticket, Thread.currentThread(), System.nanoTime());
        last = held;
        return held;
    }

    private SQLException timedOut(long waited) {
        return new SQLTransientConnectionException(
                "pool '" + pool + "': no turn to write after " + TimeUnit.NANOSECONDS.toMillis(waited) + " ms; "
                        + writer() + "waiting=" + engine.getWaiting()
                        + ". SQLite has one writer at a time. Try: shorter transactions, read-only ones where nothing is written, "
                        + "or a longer acquireTimeout",
                TIMEOUT,
                BUSY);
    }

    private String writer() {
        Held held = last;
        if (held == null || !held.slot.isHeldBy(held.ticket)) return "";
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - held.since);
        String who = held.writer == Thread.currentThread()
                ? "the caller itself, with another connection,"
                : "thread '" + held.writer.getName() + "'";
        return "the writer since " + millis + " ms is " + who + "; ";
    }

    private SQLException interrupted() {
        Thread.currentThread().interrupt();
        return new SQLException(
                "pool '" + pool + "': interrupted while waiting for the turn to write", new InterruptedException());
    }

    private SQLException cancelled() {
        return new SQLException(
                "pool '" + pool + "': cancelled while waiting for the turn to write", CANCELLED, INTERRUPT);
    }

    private SQLException closed(Throwable e) {
        return new SQLNonTransientConnectionException(
                "pool '" + pool + "' has been closed: nothing can be written through it any more", e);
    }
}
