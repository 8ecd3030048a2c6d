package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;

/**
 * A statement or result set that a lease handed out. It works until it, or the lease, is closed; then it never reaches
 * the driver again.
 */
abstract class Handle {
    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(Handle.class, "closed", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** The lease it belongs to. */
    final LeasedConnection connection;

    private volatile boolean closed;

    /** For {@link OpenHandles}: what was opened before it, and how many at most are below. */
    Handle older;

    int depth;

    Handle(LeasedConnection connection) {
        this.connection = connection;
    }

    /** Closes the driver's object. */
    abstract void closeDriver() throws SQLException;

    /** Cancels what the driver's object is doing, if it is doing something. Called while others use it. */
    void cancelDriver() throws SQLException {}

    /** True for the one caller that closes this handle. */
    final boolean takeOut() {
        return CLOSED.compareAndSet(this, false, true);
    }

    final boolean isTakenOut() {
        return closed;
    }

    /** Whether this handle, or the lease, is closed. */
    boolean isGone() {
        return closed || connection.isGone();
    }

    final void checkOpen(String what) throws SQLException {
        if (closed) throw Closed.handle(what);
        connection.checkOpen();
    }

    final void ran() {
        connection.ran();
    }

    void began() throws SQLException {
        connection.began();
    }

    void ended() {
        connection.ended();
    }

    SQLException failed(SQLException e) {
        return connection.failed(e);
    }

    /** As {@link java.sql.Statement#close}: once, and without effect when the lease has closed it. */
    final void closeOnce() throws SQLException {
        if (!takeOut()) return;
        if (connection.isGone()) return;
        try {
            closeDriver();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
