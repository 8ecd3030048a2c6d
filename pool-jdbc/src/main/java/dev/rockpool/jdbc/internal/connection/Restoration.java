package dev.rockpool.jdbc.internal.connection;

import static dev.rockpool.jdbc.internal.connection.ConnectionMarks.CANCELLED;
import static dev.rockpool.jdbc.internal.connection.ConnectionMarks.FAILED;
import static dev.rockpool.jdbc.internal.connection.ConnectionMarks.FIRST_ATTRIBUTE;
import static dev.rockpool.jdbc.internal.connection.ConnectionMarks.PENDING;
import static dev.rockpool.jdbc.internal.connection.ConnectionMarks.RAN;
import static dev.rockpool.jdbc.internal.connection.ConnectionMarks.TEXT;
import static dev.rockpool.jdbc.internal.connection.ConnectionMarks.UNSEEN;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

/**
 * Restores a connection to its state at the start of the lease: closes open statements, rolls back the transaction,
 * restores changed attributes, then clears warnings.
 *
 * <p>Used by the one thread that ends a lease.
 */
final class Restoration {
    static final String CLOSED = "its user closed it, or the driver did";

    private static final String LATE = "returning it took longer than resetTimeout";
    private static final String OCCUPIED = "its user left a COPY unfinished";

    private final PhysicalConnection connection;

    /** Null if statements leave nothing behind. */
    private final Leftovers leftovers;

    /** Whether the return is watched, because it calls the driver. */
    private boolean watched;

    /** Whether it runs, so that a call of the driver belongs to the return. */
    private boolean running;

    Restoration(PhysicalConnection connection, Leftovers leftovers) {
        this.connection = connection;
        this.leftovers = leftovers;
        if (leftovers != null) leftovers.tell(this);
    }

    /** Ends a transaction that the setup may have begun. */
    void endSetUp() throws SQLException {
        if (leftovers == null) return;
        for (String sql : connection.policy().setup().initSql()) leftovers.sees(sql);
        leftovers.endTransaction(Leftovers.COMMIT, connection.isAutoCommit(), false);
        leftovers.forget();
    }

    /** Ends a transaction that preparing for a tag has begun, and with it what would be rolled back. */
    void endPreparing() throws SQLException {
        boolean autoCommit = connection.isAutoCommit();
        if (!connection.driver().getAutoCommit()) connection.driver().commit();
        if (leftovers != null) leftovers.endTransaction(Leftovers.COMMIT, autoCommit, false);
        if (connection.driver().getAutoCommit() != autoCommit)
            connection.driver().setAutoCommit(autoCommit);
        clearWarnings(connection.driver());
    }

    /** A driver that cannot do this keeps no warnings. */
    static void clearWarnings(Connection driver) throws SQLException {
        try {
            driver.clearWarnings();
        } catch (SQLFeatureNotSupportedException | AbstractMethodError | UnsupportedOperationException e) {
            // there is nothing to clear
        }
    }

    /**
     * Returns null, or the reason why the connection cannot be used again.
     *
     * @param busy whether another thread is in a call of the driver, which may hold a lock
     */
    String run(boolean busy) {
        running = true;
        if (busy) mayWait();
        String unfit;
        try {
            unfit = restore();
        } catch (Throwable e) { // whatever a driver throws, Errors too, costs this connection and nothing else
            connection.breakDown();
            unfit = "it could not be restored: " + e;
        }
        running = false;
        return watched && !endWatch() ? LATE : unfit;
    }

    /** Called before a call of the driver that may wait for the server. */
    void mayWait() {
        ReturnWatch watch = connection.policy().returns();
        if (!running || watched || watch == null) return;
        watched = true;
        watch.began(connection);
    }

    /** Returns false if the connection was aborted meanwhile. */
    private boolean endWatch() {
        watched = false;
        if (connection.policy().returns().ended(connection)) return true;
        connection.breakDown();
        return false;
    }

    private String restore() throws Exception {
        if (connection.isBroken()) return PhysicalConnection.BROKE;
        if (has(CANCELLED) && !connection.cancellation().awaitAsked()) {
            connection.breakDown();
            return PhysicalConnection.BROKE;
        }
        if (has(FAILED | UNSEEN) && connection.driver().isClosed()) {
            connection.breakDown();
            return CLOSED;
        }
        if (has(UNSEEN) && leftovers != null && leftovers.isOccupied()) {
            connection.breakDown();
            return OCCUPIED;
        }
        OpenHandles open = connection.open();
        if (!open.isEmpty() || has(PENDING) || connection.marks() >= FIRST_ATTRIBUTE) mayWait();
        for (Handle handle = open.take(); handle != null; handle = open.take()) handle.closeDriver();
        endTransaction();
        if (connection.marks() >= FIRST_ATTRIBUTE) connection.state().restore(connection.marks());
        resumeCache();
        if (leftovers != null && has(RAN)) leftovers.endSubscriptions();
        if (!connection.policy().setup().resetSql().isEmpty()) mayWait();
        if (connection.policy().setup().reset(connection.driver(), has(RAN), connection.isAutoCommit())) endReset();
        if (connection.tags() != null) keepTag();
        clearWarnings(connection.driver());
        if (connection.hasRequests()) connection.driver().endRequest();
        return null;
    }

    /** Whether the connection is still prepared for its tag. What was done with the driver's object, nobody saw. */
    private void keepTag() {
        if (!has(RAN)) return;
        connection.tags().used();
        boolean isReset = !connection.policy().setup().resetSql().isEmpty();
        if (has(UNSEEN) || isReset) connection.tags().forget();
    }

    private boolean has(int marks) {
        return connection.hasMark(marks);
    }

    private void resumeCache() throws SQLException {
        StatementCache cache = connection.cache();
        boolean outdated =
                has(SessionState.NAMES | TEXT | UNSEEN) || connection.policy().hooks() != null;
        if (cache != null && outdated) cache.resume();
    }

    private void endTransaction() throws SQLException {
        if (has(PENDING)) connection.driver().rollback();
        endLeftTransaction();
        if (leftovers != null) leftovers.forget();
    }

    /** Ends a transaction that the reset may have begun. */
    private void endReset() throws SQLException {
        if (leftovers == null) return;
        SessionSetup setup = connection.policy().setup();
        setup.resetSql().forEach(leftovers::sees);
        setup.initSql().forEach(leftovers::sees);
        endLeftTransaction();
        leftovers.forget();
    }

    private void endLeftTransaction() throws SQLException {
        boolean autoCommit = connection.isAutoCommit();
        boolean ran = leftovers != null && has(RAN);
        if (ran) leftovers.endTransaction(Leftovers.ROLLBACK, autoCommit, has(FAILED | UNSEEN));
        boolean mode = ran ? leftovers.autoCommit(autoCommit) : autoCommit;
        if (mode == autoCommit && has(UNSEEN)) mode = connection.driver().getAutoCommit();
        if (mode == autoCommit) return;
        if (leftovers == null) Leftovers.setAutoCommit(connection.driver(), autoCommit);
        else leftovers.setAutoCommit(autoCommit);
    }
}
