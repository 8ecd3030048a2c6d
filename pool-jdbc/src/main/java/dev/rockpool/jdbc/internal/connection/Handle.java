package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;

/**
 * A statement or result set of a lease. It works until it or the lease is closed; afterwards it never reaches the
 * driver.
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

    /** For {@link OpenHandles}: the handle opened before this one, and the maximum number of handles below. */
    Handle older;

    int depth;

    Handle(LeasedConnection connection) {
        this.connection = connection;
    }

    /** Closes the driver's object. */
    abstract void closeDriver() throws SQLException;

    /** Cancels the running call of the driver's object, if there is one. Called while others use it. */
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

    final void threw(Throwable e) {
        connection.threw(e);
    }

    /** Like {@link java.sql.Statement#close}: works once, and has no effect if the lease has closed it. */
    final void closeOnce() throws SQLException {
        if (!takeOut()) return;
        if (connection.isGone()) return;
        try {
            closeDriver();
        } catch (SQLException e) {
            throw failed(e);
        } catch (RuntimeException | Error e) {
            threw(e);
            throw e;
        }
    }
}
