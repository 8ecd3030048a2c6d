package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Cancels the running call of a connection whose {@link CancellationToken} has given up.
 *
 * <p><b>The danger</b> is a late cancel: the call has ended by then, and the server cancels a rollback or the query of
 * the next user. A Dekker handshake prevents that. The canceller sets a mark, then reads the call, and asks the driver
 * only if the call still runs. The thread that ends the lease or begins the next call clears the call, then reads the
 * mark. If the mark is set, it waits until the driver was asked. One of the two threads always sees the other.
 *
 * <p>PostgreSQL cancels what a session does. Elsewhere idle statements ignore a cancel, so all open statements are
 * cancelled, and a call need not record its statement.
 *
 * <p>Tested by {@code CancellationLaws}.
 */
public final class Cancellation {
    private static final long ABORT_MILLIS = 750;
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
    private volatile CompletableFuture<Void> abort;

    public Cancellation(PhysicalConnection connection) {
        this.connection = connection;
    }

    /** The token of the current caller; null for a caller that is never cancelled. */
    public CancellationToken caller() {
        return caller;
    }

    public void caller(CancellationToken caller) {
        this.caller = caller;
    }

    /** The connection is being aborted, until this completes or {@link #aborted} is called. */
    public void aborting(CompletableFuture<Void> abort) {
        this.abort = abort;
    }

    /** The driver has aborted the connection. */
    public void aborted() {
        CompletableFuture<Void> running = abort;
        if (running != null) running.complete(null);
    }

    /**
     * Waits while the connection is being aborted, because a closed one cannot cancel its statement. Does not wait for
     * long, because the server may be frozen.
     */
    public void awaitAbort() throws InterruptedException {
        CompletableFuture<Void> running = abort;
        if (running == null) return;
        try {
            running.get(ABORT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // it is closed all the same
        }
    }

    /** Removes this caller. If the connection already works for another one, that one stays. */
    void forget(CancellationToken caller) {
        CALLER.compareAndSet(this, caller, null);
    }

    /**
     * Asks the server to cancel this call, and returns when it was asked.
     *
     * @param limit how long other threads wait for that, in nanoseconds
     * @return false if the call has ended by itself
     * @throws SQLException if the driver cannot cancel
     */
    public boolean cancel(long call, long limit) throws SQLException {
        if (connection.callUnderWay() != call) return false; // and the state of a later call is unchanged
        CountDownLatch done = new CountDownLatch(1);
        patience = limit;
        asked = done;
        this.call = call;
        connection.cancelled();
        VarHandle.fullFence(); // sets the mark before reading the call
        try {
            if (connection.callUnderWay() != call) {
                connection.uncancelled();
                return false;
            }
            ask();
            return true;
        } finally {
            done.countDown();
        }
    }

    private void ask() throws SQLException {
        PgDriver postgres = PgDriver.behind(connection.driver());
        if (postgres != null) postgres.cancel();
        else for (Handle handle : connection.open().all()) handle.cancelDriver();
    }

    /**
     * Waits for a late cancel of a call that has ended by itself. Called on the thread of the next call, before that
     * call begins.
     */
    void settle() {
        if (!connection.isBroken() && !awaitAsked()) connection.breakDown(); // a broken one has no next call
        connection.uncancelled();
    }

    /**
     * The exception for a failed call, which may have been cancelled. Called on the thread of the call, before the call
     * ends.
     */
    SQLException judge(SQLException error) {
        CancellationToken cancelledFor = caller;
        if (connection.callUnderWay() != call || cancelledFor == null) return error;
        settle();
        return cancelledFor.cancelled(error);
    }

    /** Waits until no cancel request can hit the next call. Returns false if that takes too long. */
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
