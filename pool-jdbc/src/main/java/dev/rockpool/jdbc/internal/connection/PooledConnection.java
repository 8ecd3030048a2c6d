package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.jdbc.internal.vendor.Vendor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executor;

/**
 * A connection as its user sees it, and the lease itself: a slot and the ticket that ends it.
 *
 * <p><b>Closing.</b> A clean connection is returned by one CAS in the slot, which only one of several attempts wins.
 * Otherwise the winner of {@code startClosing} restores it first. A rival that arrives so late that it finds the
 * connection clean also finds it restored, so either may end the lease. A rival that sees marks of the next user fails
 * because its ticket is no longer valid.
 *
 * <p>The slot determines whether it is open, so a lease that the pool reclaims is closed at that moment.
 *
 * <p>Tested by {@code ClosingLaws}.
 */
public final class PooledConnection extends PreparingConnection {
    private CancellationToken caller;

    /** Creates a lease on a slot that was just leased with this ticket. */
    public PooledConnection(Engine<PhysicalConnection> engine, Slot<PhysicalConnection> slot, long ticket) {
        super(engine, slot, ticket);
    }

    /** Whether this is a lease of that pool. */
    public boolean isOf(Engine<?> pool) {
        return engine == pool;
    }

    /**
     * Sets the caller whose giving up cancels the calls; null for none. Called by the code that leased the connection.
     */
    public void worksFor(CancellationToken caller) {
        if (caller == null) forgetCaller();
        else physical.cancellation().caller(this.caller = caller);
    }

    /**
     * A block may close its connection before the block ends, as frameworks do. The next user has another caller, or
     * none.
     *
     * <p>The physical connection is checked first, because a clean cycle is a tenth slower if it reads a field that was
     * zero from the start.
     */
    private void forgetCaller() {
        if (physical.cancellation().caller() != null && caller != null)
            physical.cancellation().forget(caller);
    }

    @Override
    public void close() {
        forgetCaller();
        if (physical.isClean()) engine.release(slot, ticket);
        else closeChanged();
    }

    private void closeChanged() {
        if (!startClosing()) return;
        String unfit = physical.restore();
        if (unfit == null) engine.release(slot, ticket);
        else engine.discardDead(slot, ticket, PhysicalConnection.whyUnfit(unfit), unfit);
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        if (isGone()) return;
        if (executor == null) throw new SQLException("abort needs an executor, but it is null");
        if (!startClosing()) return;
        physical.breakDown();
        try {
            physical.driver().abort(executor);
        } catch (AbstractMethodError e) {
            // the pool closes it
        } finally {
            engine.discardDead(slot, ticket, CloseReason.BROKEN, "aborted by its user");
        }
    }

    /**
     * Ends the lease and closes its connection.
     *
     * @return false if it is not a lease of this pool, or has ended
     */
    public boolean evict(Engine<?> from, String reason) {
        if (engine != from || !startClosing()) return false;
        physical.breakDown();
        engine.discardDead(slot, ticket, CloseReason.EVICTED, reason);
        return true;
    }

    /**
     * Also true once the driver has closed the connection, as after a fatal error. That ends the lease, because many
     * callers do not close what is closed already.
     */
    @Override
    public boolean isClosed() {
        if (isGone()) return true;
        if (!isClosedByDriver()) return false;
        if (!startClosing()) return true;
        String reason = physical.isBroken() ? PhysicalConnection.BROKE : Restoration.CLOSED;
        physical.breakDown();
        engine.discardDead(slot, ticket, CloseReason.BROKEN, reason);
        return true;
    }

    /** Asks the driver only after a call has failed, or the user got its object. */
    private boolean isClosedByDriver() {
        if (!physical.hasMark(ConnectionMarks.BROKEN | ConnectionMarks.FAILED | ConnectionMarks.UNSEEN)) return false;
        try {
            return physical.driver().isClosed();
        } catch (SQLException e) {
            return false; // not known
        }
    }

    @Override
    public boolean isValid(int timeout) throws SQLException {
        if (timeout < 0) throw new SQLException("timeout is " + timeout + " but must be 0 or more seconds");
        if (isGone()) return false;
        physical.looked();
        began();
        try {
            boolean valid = physical.policy().isValid(physical.driver(), timeout);
            if (!valid) physical.breakDown();
            return valid;
        } catch (SQLException e) {
            SQLException failure = failed(e);
            if (physical.isBroken()) return false; // some drivers report a lost connection in this way
            throw failure;
        } catch (RuntimeException | Error e) {
            threw(e);
            throw e;
        } finally {
            ended();
        }
    }

    /** Notifies the driver that this lease begins, if necessary. If that fails, the connection is closed. */
    public PooledConnection begin() throws SQLException {
        if (!physical.hasRequests()) return this;
        try {
            physical.driver().beginRequest();
            return this;
        } catch (Throwable e) { // whatever a driver throws
            physical.breakDown();
            engine.discardDead(slot, ticket, CloseReason.BROKEN, "the driver could not begin a request: " + e);
            throw e;
        }
    }

    /** Prepares the connection for its user, who may have a tag. If that fails, the connection is closed. */
    public void prepare(Preparation preparation, Object tag) throws UnpreparedException {
        try {
            if (preparation.preparer() != null) physical.prepareFor(tag);
            if (preparation.hooks() == null) return;
            physical.ran();
            preparation.hooks().beforeLend(physical.driver());
        } catch (Throwable e) { // an error of the user's hook
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            engine.discard(slot, ticket, CloseReason.HOOK_FAILED, "it could not be prepared: " + e);
            throw new UnpreparedException(e);
        }
    }

    /** Whether the server has aborted the open transaction, as far as the driver knows. */
    public boolean hasFailedTransaction() throws SQLException {
        return physical.hasFailedTransaction();
    }

    /** Whether a call on it has failed because the connection is lost, or the lease has ended. */
    public boolean isLost() {
        return isGone() || physical.isBroken();
    }

    /** Whether one statement may consist of several queries, which are sent together and return a result each. */
    public boolean joinsQueries() {
        return physical.joinsQueries();
    }

    public Vendor vendor() {
        return physical.policy().vendor();
    }

    /** Whether this error means that the connection is lost. */
    public boolean isFatal(SQLException error) {
        return physical.policy().isFatal(error);
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (Unwrap.is(this, type)) return type.cast(this);
        Connection driver = delegate();
        physical.unwrapped();
        return Unwrap.to(type, driver);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return Unwrap.reaches(this, type, this::delegate);
    }

    @Override
    public String toString() {
        return "connection " + slot.number() + " of pool '" + engine.getName() + "' "
                + (isGone() ? "(returned)" : "(" + physical + ")");
    }
}
