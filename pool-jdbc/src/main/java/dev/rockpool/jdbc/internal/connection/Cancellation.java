package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the call that a connection is in because its {@link CancellationToken} has given up.
 *
 * <p><b>The danger</b> is a late cancel. The call has ended by then, and the server cancels a rollback, or the query of the next user. A
 * Dekker handshake prevents that. The canceller sets a mark, then reads the call, and asks the driver only if the call still runs. The
 * thread that ends the lease, or begins the next call, clears the call, then reads the mark. If it is set, the thread waits until the
 * driver was asked. One of the two always sees the other.
 *
 * <p>Statements that do nothing ignore a cancel, so all that are open are cancelled, and no call need note which one it belongs to.
 *
 * <p>Attacked by {@code CancellationLaws}.
 */
public final class Cancellation {
    private static final VarHandle CALLER;

    static {
        try {
            CALLER = MethodHandles.lookup().findVarHandle(Cancellation.class, "caller", CancellationToken.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final PhysicalConnection connection;
    private volatile CancellationToken caller;
    private volatile long call;
    private volatile CountDownLatch asked = new CountDownLatch(0);
    private volatile long patience;

    public Cancellation(PhysicalConnection connection) {
        this.connection = connection;
    }

    /** For whom the connection works now; null for somebody who is never cancelled. */
    public CancellationToken caller() {
        return caller;
    }

    public void caller(CancellationToken caller) {
        this.caller = caller;
    }

    /** The connection works for this caller no longer. If it works for another one by now, that one stays. */
    void forget(CancellationToken caller) {
        CALLER.compareAndSet(this, caller, null);
    }

    /**
     * Asks the server to end this call, and returns when it was asked.
     *
     * @param limit nanoseconds that others wait for that
     * @return false when the call has ended by itself
     * @throws SQLException when the driver cannot ask
     */
    public boolean cancel(long call, long limit) throws SQLException {
        if (connection.callUnderWay() != call) return false; // and the state of a later call stays as it is
        CountDownLatch done = new CountDownLatch(1);
        patience = limit;
        asked = done;
        this.call = call;
        connection.cancelled();
        VarHandle.fullFence(); // the mark before the look
        try {
            if (connection.callUnderWay() != call) {
                connection.uncancelled();
                return false;
            }
            for (Handle handle : connection.open().all()) handle.cancelDriver();
            return true;
        } finally {
            done.countDown();
        }
    }

    /**
     * Waits for a cancel that is on its way, and was meant for a call that has ended by itself. Said on the thread of the next call,
     * before that begins.
     */
    void settle() {
        if (!awaitAsked()) connection.breakDown();
        connection.uncancelled();
    }

    /** What a failed call ends with, which may have been cancelled. Said on its thread before it ends. */
    SQLException judge(SQLException error) {
        CancellationToken cancelledFor = caller;
        if (connection.callUnderWay() != call || cancelledFor == null) return error;
        settle();
        return cancelledFor.cancelled(error);
    }

    /** Waits until nothing on its way to the server can hit what comes next. False when that takes too long. */
    boolean awaitAsked() {
        long deadline = System.nanoTime() + patience;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return asked.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
