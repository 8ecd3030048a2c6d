package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import kotlinx.coroutines.Job;

/**
 * The code that uses a leased connection, and whether it still wants the answer of the call that is under way.
 *
 * <p><b>A call belongs to the thread that makes it, and to the job whose code that thread runs.</b> Both are noted when the call begins,
 * so nothing that happens beside the call can cancel it.
 *
 * <p><b>One call at a time.</b> Drivers run the calls of a connection one after the other. So a second thread waits here,
 * not in the driver. A thread that waits here has no call to cancel, so a cancel can only hit the call that it is meant for.
 *
 * <p>Attacked by {@code SiblingLaws} and {@code SharedConnectionLaws}.
 */
public abstract class CancellationToken {
    /** How long to wait between two looks whether another thread's call has ended, in nanoseconds: more after each look. */
    private static final long FIRST_PAUSE = 20_000;

    private static final long LONGEST_PAUSE = 1_000_000;

    /** What PostgreSQL says of a statement that was cancelled. */
    private static final String CANCELED = "57014";

    private static final VarHandle THREAD;

    static {
        try {
            THREAD = MethodHandles.lookup().findVarHandle(CancellationToken.class, "thread", Thread.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** The thread that is in a call; null when none is. */
    private volatile Thread thread;

    /** The job of that call. Published with the number of the call. */
    private Job job;

    /** Calls that were made inside the call, by a driver that calls back. */
    private int nested;

    /** The job whose code this thread runs; null when that is not known. */
    public abstract Job jobHere();

    /** Whether a call of this thread and job is of no use any more. Asked from any thread. */
    public abstract boolean hasGivenUp(Thread thread, Job job);

    /**
     * What a call that was cancelled for this thread and job ends with.
     *
     * @param error the driver's
     * @return thrown by the call; or it is thrown here, when it is no SQLException
     */
    public abstract SQLException cancelled(Thread thread, Job job, SQLException error);

    /**
     * Begins a call of the current thread. Waits while another thread is in one.
     *
     * @param vital whether it waits even when it has given up: a rollback has to happen
     * @return false when it is a part of a call of this thread
     */
    final boolean begin(boolean vital) throws SQLException {
        Thread me = Thread.currentThread();
        if (!THREAD.compareAndSet(this, null, me)) {
            if (thread == me) {
                nested++;
                return false;
            }
            await(me, vital);
        }
        job = jobHere();
        return true;
    }

    private void await(Thread me, boolean vital) throws SQLException {
        Job mine = jobHere();
        long pause = FIRST_PAUSE;
        boolean interrupted = false;
        try {
            do {
                boolean flagged = me.isInterrupted();
                if (!vital && hasGivenUp(me, mine)) throw cancelled(me, mine, neverRan());
                if (flagged) interrupted |= Thread.interrupted(); // else parking would not wait
                LockSupport.parkNanos(this, pause);
                pause = Math.min(pause + pause / 4, LONGEST_PAUSE);
            } while (!THREAD.compareAndSet(this, null, me));
        } finally {
            if (interrupted) me.interrupt();
        }
    }

    private static SQLException neverRan() {
        return new SQLException("cancelled while another thread used the connection", CANCELED);
    }

    /** Ends the call of the current thread. */
    final void end() {
        if (thread != Thread.currentThread()) return; // it began before this caller had the connection
        if (nested > 0) nested--;
        else THREAD.setRelease(this, null);
    }

    /** Whether the call that is under way is of no use any more. What it says holds only while that same call goes on. */
    public final boolean hasGivenUp() {
        Thread calling = thread;
        return calling != null && hasGivenUp(calling, job);
    }

    /** What the call that is under way ends with, which was cancelled. Said on its thread. */
    final SQLException cancelled(SQLException error) {
        return cancelled(Thread.currentThread(), job, error);
    }
}
