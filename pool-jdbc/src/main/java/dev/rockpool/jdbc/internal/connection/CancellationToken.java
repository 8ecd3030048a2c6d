package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import kotlinx.coroutines.Job;

/**
 * The code that uses a leased connection, and whether it still needs the result of the running call.
 *
 * <p><b>A call belongs to the thread that makes it, and to the job whose code that thread runs.</b> Both are recorded
 * when the call begins, so no other code can cancel it.
 *
 * <p><b>One call at a time.</b> Drivers run the calls of a connection one after the other. So a second thread waits
 * here, not in the driver. A thread that waits here has no running call, so a cancel can hit only the intended call.
 *
 * <p>Tested by {@code SiblingLaws} and {@code SharedConnectionLaws}.
 */
public abstract class CancellationToken {
    /**
     * The first pause between two checks whether another thread's call has ended, in nanoseconds. Each pause is longer
     * than the one before.
     */
    private static final long FIRST_PAUSE = 20_000;

    private static final long LONGEST_PAUSE = 1_000_000;

    /** PostgreSQL's state of a cancelled statement. */
    private static final String CANCELED = "57014";

    private static final VarHandle THREAD;

    static {
        try {
            THREAD = MethodHandles.lookup().findVarHandle(CancellationToken.class, "thread", Thread.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** The thread that is in a call; null if there is none. */
    private volatile Thread thread;

    /** The job of that call. Published with the number of the call. */
    private Job job;

    /** The number of nested calls, made by a driver that calls back. */
    private int nested;

    /** The job whose code this thread runs; null if unknown. */
    public abstract Job jobHere();

    /** Whether the result of a call of this thread and job is no longer needed. Called from any thread. */
    public abstract boolean hasGivenUp(Thread thread, Job job);

    /**
     * The exception for a cancelled call of this thread and job.
     *
     * @param error the driver's error
     * @return the exception to throw; one that is not an SQLException is thrown here
     */
    public abstract SQLException cancelled(Thread thread, Job job, SQLException error);

    /**
     * Begins a call of the current thread. Waits while another thread is in a call.
     *
     * @param vital whether to wait even after the caller has given up, as for a rollback, which must happen
     * @return false if it is nested in a call of this thread
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
                if (flagged) interrupted |= Thread.interrupted(); // otherwise parking would return at once
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

    /** The thread that is in a call; null if there is none. */
    final Thread callingThread() {
        return thread;
    }

    /** Ends the call of the current thread. */
    final void end() {
        if (thread != Thread.currentThread()) return; // the call began before this caller had the connection
        if (nested > 0) nested--;
        else THREAD.setRelease(this, null);
    }

    /** Whether the result of the running call is no longer needed. The answer is valid only while that call runs. */
    public final boolean hasGivenUp() {
        Thread calling = thread;
        return calling != null && hasGivenUp(calling, job);
    }

    /** The exception for the running call, which was cancelled. Called on its thread. */
    final SQLException cancelled(SQLException error) {
        return cancelled(Thread.currentThread(), job, error);
    }
}
