package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.SqliteState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open rows of one connection that keep the write lock, and the transaction that the pool holds open for those of writes (the bracket, see
 * {@link WriteLockRules}).
 */
final class OpenRows {
    private final Connection driver;
    private final WriteLockRules rules;
    private final Runnable whenClosed;
    private final Set<WriteLockingCursor> cursors = ConcurrentHashMap.newKeySet();

    /** @param whenClosed runs after rows were closed, when the lock may be free */
    OpenRows(Connection driver, WriteLockRules rules, Runnable whenClosed) {
        this.driver = driver;
        this.rules = rules;
        this.whenClosed = whenClosed;
    }

    boolean isEmpty() {
        return cursors.isEmpty();
    }

    /**
     * Registers open rows of a statement.
     *
     * @param closing closes them
     */
    WriteLockingCursor add(StatementKind kind, PhysicalConnection.Step closing) throws SQLException {
        WriteLockingCursor cursor = new WriteLockingCursor(kind != StatementKind.READ, closing);
        cursors.add(cursor);
        if (cursor.writes() && rules.needsBracket(driver.getAutoCommit())) {
            SqliteState.run(driver, "begin");
            rules.bracket(true);
        }
        return cursor;
    }

    /** Called when these rows are closed. A second call does nothing. */
    void closed(WriteLockingCursor cursor) throws SQLException {
        if (!cursors.remove(cursor)) return;
        try {
            if (rules.isBracketOpen() && cursors.stream().noneMatch(WriteLockingCursor::writes)) commitBracket();
        } finally {
            whenClosed.run();
        }
    }

    private void commitBracket() throws SQLException {
        rules.bracket(false);
        try {
            SqliteState.run(driver, "commit");
        } catch (SQLException e) {
            if (SqliteState.isInTransaction(driver)) SqliteState.run(driver, "rollback");
            throw e;
        }
    }

    /**
     * Commits the bracket, as JDBC requires when a transaction is committed: the writes of open rows are not part of
     * the next one.
     */
    void endBracket() throws SQLException {
        if (rules.isBracketOpen()) closeWrites();
    }

    /**
     * Closes the open rows of writes, which would keep every transaction from being committed, even after a rollback.
     */
    void closeWrites() throws SQLException {
        for (WriteLockingCursor cursor : cursors) {
            if (!cursor.writes()) continue;
            cursor.close().run();
            closed(cursor);
        }
    }
}
