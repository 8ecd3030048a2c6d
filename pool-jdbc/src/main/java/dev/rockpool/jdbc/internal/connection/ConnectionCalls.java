package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;

/**
 * The running call of a connection. Each call has a number of its own, so that a canceller cannot take the next call
 * for this one: see {@link Cancellation}. An odd number means that the call must not be cancelled.
 *
 * <p>Two threads that use one connection without a block may take each other's number. It is 0 after the last call of
 * all.
 *
 * <p>A base class instead of a field, for the same reason as {@link ConnectionMarks}.
 */
abstract class ConnectionCalls extends ConnectionMarks {
    private static final VarHandle CALL;

    static {
        try {
            CALL = MethodHandles.lookup().findVarHandle(ConnectionCalls.class, "call", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private long calls;

    @SuppressWarnings("unused") // through CALL
    private long call;

    abstract Cancellation cancellation();

    /** Called before a statement executes or fetches rows. In a block it waits until no other thread is in a call. */
    final void began() throws SQLException {
        CancellationToken caller = cancellation().caller();
        if (caller != null) begin(caller, false);
        CALL.setRelease(this, calls += 2);
    }

    /** Called before other calls that may wait for the server: a commit or a rollback. They are never cancelled. */
    final void beganVital() throws SQLException {
        CancellationToken caller = cancellation().caller();
        if (caller != null) begin(caller, true);
        CALL.setRelease(this, (calls += 2) | 1);
    }

    /** Reads the mark after the compare-and-set of the caller, which comes after the end of the previous call. */
    private void begin(CancellationToken caller, boolean vital) throws SQLException {
        if (caller.begin(vital) && hasMark(CANCELLED)) cancellation().settle();
    }

    /** Called after such a call, on the same thread. */
    final void ended() {
        CALL.setOpaque(this, 0L);
        CancellationToken caller = cancellation().caller();
        if (caller != null) caller.end();
    }

    /** The restoration counts as one call that is never cancelled. It belongs to no caller. */
    final void beginRestoration() {
        CALL.setRelease(this, (calls += 2) | 1);
    }

    final void endRestoration() {
        CALL.setOpaque(this, 0L);
    }

    /** The number of the running call; 0 if there is none. */
    public final long callUnderWay() {
        return (long) CALL.getAcquire(this);
    }

    /** Whether the call of this number must not be cancelled. */
    public static boolean isVital(long call) {
        return (call & 1) != 0;
    }

    /** The thread that is in a call of a block; null if there is none. */
    public final Thread callingThread() {
        CancellationToken caller = cancellation().caller();
        return caller == null ? null : caller.callingThread();
    }
}
