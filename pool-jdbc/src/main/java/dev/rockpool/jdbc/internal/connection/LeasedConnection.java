package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A lease as its statements and values see it: whether it has ended, the driver's connection, and the calls before and
 * after each driver call.
 *
 * <p>{@link PooledConnection} is built on it in layers, each of which depends only on those below: the generated
 * forwards, the session, prepared statements, and the end of the lease. So a lease is one object. No method is
 * overridden.
 */
abstract class LeasedConnection implements Connection {
    private static final VarHandle CLOSING;

    static {
        try {
            CLOSING = MethodHandles.lookup().findVarHandle(LeasedConnection.class, "closing", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final Engine<PhysicalConnection> engine;
    final Slot<PhysicalConnection> slot;
    final long ticket;
    final PhysicalConnection physical;
    private volatile boolean closing;

    LeasedConnection(Engine<PhysicalConnection> engine, Slot<PhysicalConnection> slot, long ticket) {
        this.engine = engine;
        this.slot = slot;
        this.ticket = ticket;
        this.physical = slot.connection();
    }

    /** Whether the lease has ended, or is about to. */
    final boolean isGone() {
        return closing || !slot.isHeldBy(ticket);
    }

    /** Returns true for the one caller that must end the lease. */
    final boolean startClosing() {
        return !isGone() && CLOSING.compareAndSet(this, false, true);
    }

    /** Throws if the lease has ended. */
    final void checkOpen() throws SQLException {
        if (isGone()) throw Closed.connection(slot.endOf(ticket));
    }

    /** The driver's connection. Throws if the lease has ended. */
    final Connection delegate() throws SQLException {
        checkOpen();
        return physical.driver();
    }

    /** Called before a call that may reach the server. */
    final void ran() {
        physical.ran();
    }

    /** Called before a call that may leave a warning. */
    final void mayWarn() {
        physical.mayWarn();
    }

    /** Called before a call that may wait for the server for long. */
    final void began() throws SQLException {
        physical.began();
    }

    /** Called after it. */
    final void ended() {
        physical.ended();
    }

    /** Called when the user gets an object of the driver. */
    final void unwrapped() {
        physical.unwrapped();
    }

    /** Judges an exception of the driver, and returns what the user gets. */
    final SQLException failed(SQLException e) {
        SQLException told = physical.failed(e);
        String reason = slot.endOf(ticket);
        return reason == null || told != e ? told : Closed.inCall(reason, e);
    }

    /** Called when a call to the server threw something else than an SQLException. */
    final void threw(Throwable e) {
        physical.threw(e);
    }

    final StatementSettings statements() {
        return physical.settings();
    }

    /**
     * Registers a handle to be closed with the lease. It is registered before the lease is checked. So a concurrent
     * close either finds the handle, or this check finds the lease closed.
     */
    final <H extends Handle> H track(H handle) throws SQLException {
        physical.open().add(handle);
        if (isGone()) {
            if (handle.takeOut()) handle.closeDriver();
            throw Closed.connection(slot.endOf(ticket));
        }
        return handle;
    }

    /** Sets up a statement, and registers it to be closed with the lease. */
    final <S extends PooledStatement> S made(S statement, Statement driver) throws SQLException {
        statements().prepare(driver);
        return track(statement);
    }

    final Statement wrap(Statement driver) throws SQLException {
        return driver == null ? null : made(new PooledStatement(this, driver, null), driver);
    }

    final DatabaseMetaData wrap(DatabaseMetaData driver) {
        return driver == null ? null : new PooledDatabaseMetaData(this, driver);
    }
}
