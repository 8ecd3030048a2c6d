package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.PoolException;
import dev.rockpool.internal.core.lending.PoolState;
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
 * The turn to write to one SQLite database: it has one writer at a time, so writers wait for each other here, in the order of their arrival.
 *
 * <p><b>Key idea.</b> A pool of one permit. Its queue is fair, its waits end by timeout, interrupt or cancellation, and a permit on
 * its way to a caller that has gone goes to the next one.
 *
 * <p><b>No deadlock with the pool of connections.</b> Whoever waits for the turn has a connection already, so whoever has the turn
 * needs nothing more. Nobody may wait for a connection with the turn in hand but the user who asks for a second one.
 *
 * <p>Waiting parks the thread, which is in a call of JDBC. Attacked by {@code SqliteTurnLaws}.
 */
final class WriteLock {
    /** As the driver's SQLITE_BUSY, so that who tries again after that one does so after ours. */
    private static final int BUSY = 5;

    private static final int INTERRUPT = 9;
    private static final String TIMEOUT = "HYT00";
    private static final String CANCELLED = "57014";

    private final String pool;
    private final Engine<Object> engine;
    private final LongSupplier timeout;
    private volatile Held last;

    /**
     * @param pool the name of the pool that speaks
     * @param engine a pool of one permit
     * @param timeout how long to wait, in nanoseconds; {@code Long.MAX_VALUE} for ever. Asked for each wait.
     */
    WriteLock(String pool, Engine<Object> engine, LongSupplier timeout) {
        this.pool = pool;
        this.engine = engine;
        this.timeout = timeout;
    }

    /** The turn in somebody's hand. */
    record Held(Slot<Object> slot, long ticket, Thread writer, long since) {}

    /** A thread that waits. */
    static final class Request extends Waiter<Object> {
        private final Thread thread = Thread.currentThread();
        private volatile boolean cancelled;

        Request(long since) {
            super(since, Long.MAX_VALUE);
        }

        /** It parks, but is served like those that do not: nobody passes it. */
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

        /** Has it wait no longer. Nothing happens when it is served before it hears of that. */
        void cancel() {
            cancelled = true;
            wake();
        }
    }

    /** Who is about to wait, and can be told not to. */
    Request caller() {
        return new Request(engine.now());
    }

    /** The turn if nobody has it or waits for it; else null. */
    Held tryTake() {
        Slot<Object> slot = engine.getLending().tryLend(Thread.currentThread());
        return slot == null ? null : held(slot, slot.granted());
    }

    /**
     * Waits for the turn.
     *
     * @param caller this thread
     * @param seconds how long at most; 0 for the pool's acquireTimeout
     */
    Held await(Request caller, int seconds) throws SQLException {
        long limit = Math.min(timeout.getAsLong(), seconds > 0 ? TimeUnit.SECONDS.toNanos(seconds) : Long.MAX_VALUE);
        long start = System.nanoTime();
        try {
            PoolState.Enqueued enqueued = engine.enqueue(caller);
            if (enqueued != PoolState.Enqueued.WAITS) throw closed(engine.refused(enqueued));
            boolean interrupted = false;
            while (!caller.isDecided()) {
                long waited = System.nanoTime() - start;
                interrupted |= Thread.interrupted();
                if (interrupted && engine.cancel(caller)) throw interrupted();
                if (caller.cancelled && engine.cancel(caller)) throw cancelled();
                if (waited >= limit && engine.cancel(caller)) throw timedOut(waited);
                LockSupport.parkNanos(this, limit - waited);
            }
            if (interrupted)
                Thread.currentThread().interrupt(); // it was served first: the turn counts, and the flag too
        } finally {
            if (caller.outcome() == Waiter.Outcome.SERVED) engine.getLending().served(caller);
        }
        if (caller.outcome() == Waiter.Outcome.FAILED) throw closed(engine.failed(caller.failure()));
        return held(caller.slot(), caller.ticket());
    }

    void giveBack(Held held) {
        engine.getLending().release(held.slot, held.ticket);
    }

    private Held held(Slot<Object> slot, long ticket) {
        Held held = new Held(slot, ticket, Thread.currentThread(), System.nanoTime());
        last = held;
        return held;
    }

    private SQLException timedOut(long waited) {
        return new SQLTransientConnectionException(
                "pool '" + pool + "': no turn to write after " + TimeUnit.NANOSECONDS.toMillis(waited) + " ms; "
                        + writer() + "waiting=" + engine.getLending().waiting()
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

    private SQLException closed(PoolException e) {
        return new SQLNonTransientConnectionException(
                "pool '" + pool + "' has been closed: nothing can be written through it any more", e);
    }
}
