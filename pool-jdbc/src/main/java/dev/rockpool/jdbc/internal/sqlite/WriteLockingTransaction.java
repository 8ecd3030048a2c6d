package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.jdbc.internal.connection.Closed;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.SqliteState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The transaction of one SQLite connection: when it takes the write lock, when it releases it, and what the driver does not know.
 *
 * <p><b>When the lock is taken.</b>
 * <ul>
 *   <li>With autoCommit: by a statement that may write, until the statement and its result set have ended.
 *   <li>In a transaction: by its first statement, which begins the transaction anew as IMMEDIATE or EXCLUSIVE. Otherwise a transaction that
 *       reads first and writes later is refused if another one wrote in between, and waiting does not help.
 *   <li>In a DEFERRED transaction, if that is configured: by its first statement that may write.
 *   <li>In a read-only transaction: never.
 *   <li>In a shared in-memory database: by every statement, because readers lock its tables, too.
 * </ul>
 *
 * <p><b>When it is released.</b> When the transaction ends. After a text that may begin or end one, SQLite is asked whether a transaction is
 * open. At the latest when the lease ends. If the pool takes the connection away, when the connection is closed: SQLite's own locks are free
 * only then.
 *
 * <p>The driver itself always begins DEFERRED, which takes no lock. It begins the next transaction as soon as one ends. So otherwise each
 * connection without autoCommit would hold the lock while it is idle.
 *
 * <p><b>Open rows of a write.</b> With autoCommit the driver begins and commits a transaction after each statement. While rows of a write
 * ({@code insert ... returning}) are open, SQLite refuses that commit, and the driver leaves the transaction open. So the pool itself begins
 * one as soon as such rows are open, and commits it when the last of them are closed.
 *
 * <p>Attacked by {@code SqliteWriterLaws}, {@code SqliteTurnLaws}, {@code SqliteCommitTest}, {@code SqliteSequenceTest}.
 */
final class WriteLockingTransaction {
    private static final String ROLLED_BACK = "40000";

    private final Connection driver;
    private final WriteLock turn;
    private final String begin;
    private final boolean always;

    private final AtomicReference<WriteLock.Held> held = new AtomicReference<>();
    private volatile WriteLock.Request waiting;
    private volatile boolean closed;
    private volatile boolean queryOnly;

    /** In this transaction of the driver a statement ran already. */
    private volatile boolean ran;

    /** With autoCommit a text of SQL has begun a transaction. */
    private volatile boolean begunByText;

    /** SQLite has ended the transaction by itself, after an error. */
    private volatile boolean lost;

    /** With autoCommit, rows that keep their statement from ending. */
    private final Set<WriteLockingCursor> cursors = ConcurrentHashMap.newKeySet();

    /** With autoCommit the pool has begun a transaction, which it commits when the last rows of a write are closed. */
    private volatile boolean bracket;

    /** Its user has the driver's own connection, and its use cannot be seen. */
    private volatile boolean unseen;

    /** A call failed that is no statement: the driver may have begun a transaction that it could not commit. */
    private volatile boolean doubted;

    /**
     * @param begin how transactions that may write begin; null for DEFERRED ones
     * @param always whether reading needs the turn, too
     */
    WriteLockingTransaction(Connection driver, WriteLock turn, String begin, boolean always) {
        this.driver = driver;
        this.turn = turn;
        this.begin = begin;
        this.always = always;
    }

    /** Whether reading needs the turn, too. */
    boolean isAlways() {
        return always;
    }

    /**
     * Called before a statement runs. Waits for the lock if the statement needs it.
     *
     * @param seconds how long at most; 0 for the pool's acquireTimeout
     */
    void before(StatementKind effect, int seconds) throws SQLException {
        if (lost) throw rolledBack();
        if (doubted) settleDoubt();
        if (effect == StatementKind.CONTROL) endBracket();
        boolean transaction = !driver.getAutoCommit();
        if (held.get() == null && needsTurn(transaction, effect)) {
            take(seconds);
            if (transaction && !ran && !queryOnly && begin != null) beginAnew();
        }
        ran = transaction;
    }

    private boolean needsTurn(boolean transaction, StatementKind effect) {
        if (always) return true;
        if (queryOnly) return false;
        if (transaction && begin != null) return true;
        return effect != StatementKind.READ && !(transaction && effect == StatementKind.READ_HOLDING);
    }

    private void take(int seconds) throws SQLException {
        WriteLock.Held mine = turn.tryTake();
        if (mine == null) {
            WriteLock.Request caller = turn.caller();
            waiting = caller;
            try {
                if (closed) throw Closed.connection(null);
                mine = turn.await(caller, seconds);
            } finally {
                waiting = null;
            }
        }
        held.set(mine);
        if (closed) { // it was taken away meanwhile, perhaps before it had the turn
            giveBack();
            throw Closed.connection(null);
        }
    }

    /** Instead of the transaction that the driver has begun, in which nothing ran. */
    private void beginAnew() throws SQLException {
        try {
            run("commit");
            run(begin);
        } catch (SQLException e) {
            if (!isInTransaction()) run("begin"); // as the driver believes it is
            giveBackIfDone();
            if (!SqliteErrors.isReadOnly(e)) throw e; // it may read, and is told so when it writes
        }
    }

    /**
     * Called after a statement ran.
     *
     * @param closing closes the rows that it left open; null when there are none
     * @param failure what it failed with; null when it did not
     * @return those rows if they keep the turn, so that their end must be told to {@link #cursorClosed}; else null
     */
    WriteLockingCursor after(StatementKind effect, PhysicalConnection.Step closing, Throwable failure)
            throws SQLException {
        boolean mode = driver.getAutoCommit();
        if (effect == StatementKind.CONTROL || failure != null) {
            boolean open = ask();
            if (mode) afterControl(effect, open);
            else if (!open) afterEnd(failure);
        }
        WriteLockingCursor cursor = null;
        if (closing != null && (effect != StatementKind.READ || always && mode && !begunByText))
            cursor = keep(effect, closing);
        giveBackIfDone();
        return cursor;
    }

    /** With autoCommit: what a text, or an error, made of the transaction. */
    private void afterControl(StatementKind effect, boolean open) throws SQLException {
        boolean known = begunByText || bracket;
        if (effect == StatementKind.CONTROL) begunByText = open;
        else if (!known && open) run("rollback"); // the driver has begun it, and could not commit it
        else begunByText &= open;
        bracket &= open;
        if (known && !open) closeWrites();
    }

    /** Without autoCommit: the transaction was ended by a text, and the driver goes on as if it were open, or by an error. */
    private void afterEnd(Throwable failure) throws SQLException {
        lost = failure != null;
        closeWrites();
        if (lost) return;
        run("begin");
        ended();
    }

    /** Called after any failed call. */
    void failed() {
        doubted = true;
    }

    private void settleDoubt() throws SQLException {
        boolean open = ask();
        if (driver.getAutoCommit()) afterControl(StatementKind.WRITE, open);
        else if (!open) lost = true;
        if (lost) throw rolledBack();
    }

    private WriteLockingCursor keep(StatementKind effect, PhysicalConnection.Step closing) throws SQLException {
        WriteLockingCursor cursor = new WriteLockingCursor(effect != StatementKind.READ, closing);
        cursors.add(cursor);
        if (cursor.writes() && !begunByText && !bracket && driver.getAutoCommit()) {
            run("begin");
            bracket = true;
        }
        return cursor;
    }

    /** A second call does nothing. */
    void cursorClosed(WriteLockingCursor cursor) throws SQLException {
        if (!cursors.remove(cursor)) return;
        try {
            if (bracket && cursors.stream().noneMatch(WriteLockingCursor::writes)) commitBracket();
        } finally {
            giveBackIfDone();
        }
    }

    private void commitBracket() throws SQLException {
        bracket = false;
        try {
            run("commit");
        } catch (SQLException e) {
            if (isInTransaction()) run("rollback");
            throw e;
        }
    }

    /** As JDBC has it when a transaction is committed: what open rows wrote is no part of the next one. */
    private void endBracket() throws SQLException {
        if (bracket) closeWrites();
    }

    /** Open rows of writes keep every transaction from being committed, also after they were rolled back. */
    private void closeWrites() throws SQLException {
        for (WriteLockingCursor cursor : cursors) {
            if (!cursor.writes()) continue;
            cursor.close().run();
            cursorClosed(cursor);
        }
    }

    private void giveBackIfDone() {
        if (cursors.isEmpty() && !begunByText && !bracket && !ran) giveBack();
    }

    private void giveBack() {
        WriteLock.Held mine = held.getAndSet(null);
        if (mine != null) turn.giveBack(mine);
    }

    /** A statement is to be cancelled: it may be waiting for its turn. */
    void cancelWaiting() {
        WriteLock.Request caller = waiting;
        if (caller != null) caller.cancel();
    }

    void commit() throws SQLException {
        if (lost) throw rolledBack();
        briefly(driver::commit);
        ended();
    }

    void rollback() throws SQLException {
        try {
            if (!isUntouched()) briefly(driver::rollback);
        } catch (SQLException e) {
            if (driver.getAutoCommit() || isInTransaction()) throw e;
            run("begin"); // there was none any more: what the driver would have gone on to do
        }
        lost = false;
        closeWrites();
        ended();
    }

    /** There is nothing to roll back, and even to say so would need the turn. */
    private boolean isUntouched() {
        return always && !ran && held.get() == null;
    }

    /** A transaction of the driver has ended. */
    private void ended() {
        ran = false;
        giveBackIfDone();
    }

    void setAutoCommit(boolean wanted) throws SQLException {
        boolean before = driver.getAutoCommit();
        if (wanted == before) return;
        if (lost) throw rolledBack();
        if (begunByText) throw new SQLException("a transaction is open that was begun by a statement; end it first");
        endBracket();
        try {
            briefly(() -> driver.setAutoCommit(wanted));
        } catch (SQLException e) {
            if (wanted && isInTransaction()) believeInTransaction();
            throw e;
        }
        ended();
    }

    /** The driver notes autoCommit before it tries to commit, and keeps the note if that fails. */
    private void believeInTransaction() {
        try {
            driver.setAutoCommit(false);
        } catch (SQLException expected) {
            // it cannot begin within the transaction, but notes that it is in one
        }
    }

    boolean isReadOnly() throws SQLException {
        return queryOnly || driver.isReadOnly();
    }

    /** The driver refuses to change it, but SQLite can. */
    void setReadOnly(boolean wanted) throws SQLException {
        if (driver.isReadOnly()) {
            driver.setReadOnly(wanted);
        } else if (wanted != queryOnly) {
            briefly(() -> run("pragma query_only = " + wanted));
            queryOnly = wanted;
        }
    }

    /** A call that reads no more than the schema, and so needs the turn only where everything does. */
    void briefly(PhysicalConnection.Step step) throws SQLException {
        boolean mine = always && held.get() == null;
        if (mine) take(0);
        try {
            step.run();
        } finally {
            if (mine) giveBack();
        }
    }

    private static SQLException rolledBack() {
        return new SQLTransactionRollbackException(
                "SQLite has ended this transaction after an error; roll back to go on", ROLLED_BACK);
    }

    /** If SQLite does not answer, while it is being interrupted say, it is asked again before the next statement. */
    private boolean ask() throws SQLException {
        doubted = true;
        boolean open = isInTransaction();
        doubted = false;
        return open;
    }

    private boolean isInTransaction() throws SQLException {
        return SqliteState.isInTransaction(driver);
    }

    private void run(String sql) throws SQLException {
        SqliteState.run(driver, sql);
    }

    /** Its user gets the driver's own connection, whose use cannot be seen. */
    void unwrapped() throws SQLException {
        unseen = true;
        ran = !driver.getAutoCommit();
    }

    /**
     * Ends what JDBC does not know of: a transaction begun by a text of SQL, or through the driver's own connection.
     *
     * @param end how: {@code commit} or {@code rollback}
     */
    void leaseEnds(String end) throws SQLException {
        closeWrites();
        boolean wasDoubted = doubted;
        doubted = false;
        if ((begunByText || unseen || wasDoubted) && driver.getAutoCommit() && isInTransaction()) run(end);
        begunByText = false;
        unseen = false;
        giveBackIfDone();
    }

    /** The connection is about to be closed: a thread that waits for the lock stops waiting. */
    void closing() {
        closed = true;
        cancelWaiting();
    }

    /** The connection is closed, and its locks are free. */
    void closed() {
        giveBack();
    }
}
