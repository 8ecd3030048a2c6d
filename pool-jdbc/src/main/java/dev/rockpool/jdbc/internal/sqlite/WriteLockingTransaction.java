package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.SqliteState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;

/**
 * The transaction of one SQLite connection: waits for the write lock, begins, commits and rolls back, as
 * {@link WriteLockRules} decides.
 *
 * <p>The driver itself always begins DEFERRED, which takes no lock, because it begins the next transaction as soon as
 * one ends. Otherwise each connection without autoCommit would hold the lock while it is idle.
 *
 * <p>Tested by {@code SqliteWriterLaws}, {@code SqliteTurnLaws}, {@code SqliteCommitTest}, {@code SqliteSequenceTest}.
 */
final class WriteLockingTransaction {
    private static final String ROLLED_BACK = "40000";

    private final Connection driver;
    private final String begin;
    private final WriteLockRules rules;
    private final LockHolder lock;
    private final OpenRows rows;

    /**
     * @param begin how transactions that may write begin; null for DEFERRED ones
     * @param always whether reading needs the lock, too
     */
    WriteLockingTransaction(Connection driver, WriteLock lock, String begin, boolean always) {
        this.driver = driver;
        this.begin = begin;
        this.rules = new WriteLockRules(begin == null, always);
        this.lock = new LockHolder(lock);
        this.rows = new OpenRows(driver, rules, this::releaseIfDone);
    }

    /** Whether reading needs the lock, too. */
    boolean isAlways() {
        return rules.isAlways();
    }

    /**
     * Called before a statement runs. Waits for the lock if the statement needs it.
     *
     * @param seconds the limit; 0 for the pool's acquireTimeout
     */
    void before(StatementKind kind, int seconds) throws SQLException {
        if (rules.isLost()) throw rolledBack();
        if (rules.isStateUnknown()) resolveState();
        if (kind == StatementKind.CONTROL) rows.endBracket();
        boolean transaction = !driver.getAutoCommit();
        if (!lock.isHeld() && rules.needsLock(transaction, kind)) {
            lock.take(seconds);
            if (rules.beginsAnew(transaction)) beginAnew();
        }
        rules.runs(transaction);
    }

    /** Replaces the transaction that the driver has begun, in which nothing ran. */
    private void beginAnew() throws SQLException {
        try {
            run("commit");
            run(begin);
        } catch (SQLException e) {
            if (!isInTransaction()) run("begin"); // because the driver assumes so
            releaseIfDone();
            if (!SqliteErrors.isReadOnly(e)) throw e; // it may read, and fails when it writes
        }
    }

    /**
     * Called after a statement ran.
     *
     * @param closing closes the rows that it left open; null if there are none
     * @param failure its failure; null if it succeeded
     * @return those rows if they keep the lock, so that {@link #cursorClosed} must be called at their end; else null
     */
    WriteLockingCursor after(StatementKind kind, PhysicalConnection.Step closing, Throwable failure)
            throws SQLException {
        boolean autoCommit = driver.getAutoCommit();
        boolean failed = failure != null;
        if (WriteLockRules.mustAsk(kind, failed)) follow(rules.after(kind, failed, autoCommit, ask()));
        boolean keeps = closing != null && rules.keepsLock(kind, autoCommit);
        WriteLockingCursor cursor = keeps ? rows.add(kind, closing) : null;
        releaseIfDone();
        return cursor;
    }

    private void follow(WriteLockRules.Aftermath aftermath) throws SQLException {
        switch (aftermath) {
            case NONE -> {}
            case ROLL_BACK -> run("rollback");
            case CLOSE_WRITES -> rows.closeWrites();
            case CLOSE_WRITES_AND_BEGIN -> {
                rows.closeWrites();
                run("begin");
                ended();
            }
        }
    }

    /** Called after any failed call: the driver may have begun a transaction that it could not commit. */
    void failed() {
        rules.stateUnknown();
    }

    private void resolveState() throws SQLException {
        boolean open = ask();
        follow(rules.settle(driver.getAutoCommit(), open));
        if (rules.isLost()) throw rolledBack();
    }

    /** A second call does nothing. */
    void cursorClosed(WriteLockingCursor cursor) throws SQLException {
        rows.closed(cursor);
    }

    private void releaseIfDone() {
        if (rules.mayRelease(!rows.isEmpty())) lock.release();
    }

    /** Cancels the wait for the lock of a statement that is being cancelled. */
    void cancelWaiting() {
        lock.cancelWaiting();
    }

    void commit() throws SQLException {
        if (rules.isLost()) throw rolledBack();
        briefly(driver::commit);
        ended();
    }

    void rollback() throws SQLException {
        try {
            if (!rules.isUntouched(lock.isHeld())) briefly(driver::rollback);
        } catch (SQLException e) {
            if (driver.getAutoCommit() || isInTransaction()) throw e;
            run("begin"); // there was none any more; the driver would have begun the next one
        }
        rules.rolledBack();
        rows.closeWrites();
        ended();
    }

    /** A transaction of the driver has ended. */
    private void ended() {
        rules.ended();
        releaseIfDone();
    }

    void setAutoCommit(boolean wanted) throws SQLException {
        boolean before = driver.getAutoCommit();
        if (wanted == before) return;
        if (rules.isLost()) throw rolledBack();
        if (rules.isBegunByText())
            throw new SQLException("a transaction is open that was begun by a statement; end it first");
        rows.endBracket();
        try {
            briefly(() -> driver.setAutoCommit(wanted));
        } catch (SQLException e) {
            if (wanted && isInTransaction()) believeInTransaction();
            throw e;
        }
        ended();
    }

    /** The driver records autoCommit before it tries to commit, and keeps that value if the commit fails. */
    private void believeInTransaction() {
        try {
            driver.setAutoCommit(false);
        } catch (SQLException expected) {
            // it cannot begin within the transaction, but records that it is in one
        }
    }

    boolean isReadOnly() throws SQLException {
        return rules.isQueryOnly() || driver.isReadOnly();
    }

    /** The driver cannot change this, but SQLite can. */
    void setReadOnly(boolean wanted) throws SQLException {
        if (driver.isReadOnly()) {
            driver.setReadOnly(wanted);
        } else if (wanted != rules.isQueryOnly()) {
            briefly(() -> run("pragma query_only = " + wanted));
            rules.queryOnly(wanted);
        }
    }

    /** Runs a call that reads only the schema, so that it needs the lock only if every read does. */
    void briefly(PhysicalConnection.Step step) throws SQLException {
        boolean mine = rules.isAlways() && !lock.isHeld();
        if (mine) lock.take(0);
        try {
            step.run();
        } finally {
            if (mine) lock.release();
        }
    }

    private static SQLException rolledBack() {
        return new SQLTransactionRollbackException(
                "SQLite has ended this transaction after an error; roll back to go on", ROLLED_BACK);
    }

    /** Asks SQLite. If it does not answer, such as during an interrupt, it is asked again before the next statement. */
    private boolean ask() throws SQLException {
        rules.stateUnknown();
        boolean open = isInTransaction();
        rules.stateKnown();
        return open;
    }

    private boolean isInTransaction() throws SQLException {
        return SqliteState.isInTransaction(driver);
    }

    private void run(String sql) throws SQLException {
        SqliteState.run(driver, sql);
    }

    /** Called when the user gets the driver's connection, whose use cannot be tracked. */
    void unwrapped() throws SQLException {
        rules.unwrapped(!driver.getAutoCommit());
    }

    /**
     * Ends transactions that JDBC does not know of: those begun by SQL text or through the driver's connection.
     *
     * @param end how: {@code commit} or {@code rollback}
     */
    void leaseEnds(String end) throws SQLException {
        rows.closeWrites();
        boolean mayBeOpen = rules.mayBeOpen();
        rules.stateKnown();
        if (mayBeOpen && driver.getAutoCommit() && isInTransaction()) run(end);
        rules.leaseEnded();
        releaseIfDone();
    }

    /** Called when the connection is about to be closed: a thread that waits for the lock stops waiting. */
    void closing() {
        lock.closing();
    }

    /** Called when the connection is closed and its locks are free. */
    void closed() {
        lock.release();
    }
}
