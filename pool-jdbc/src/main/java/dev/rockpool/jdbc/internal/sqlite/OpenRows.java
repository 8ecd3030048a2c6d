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

    /**
     * @param whenClosed runs after rows were closed: the lock may be free
     */
    OpenRows(Connection driver, WriteLockRules rules, Runnable whenClosed) {
        this.driver = driver;
        this.rules = rules;
        this.whenClosed = whenClosed;
    }

    boolean isEmpty() {
        return cursors.isEmpty();
    }

    /**
     * A statement has left rows open.
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

    /** These rows are closed. A second call does nothing. */
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

    /** As JDBC has it when a transaction is committed: what open rows wrote is no part of the next one. */
    void endBracket() throws SQLException {
        if (rules.isBracketOpen()) closeWrites();
    }

    /** Open rows of writes keep every transaction from being committed, also after they were rolled back. */
    void closeWrites() throws SQLException {
        for (WriteLockingCursor cursor : cursors) {
            if (!cursor.writes()) continue;
            cursor.close().run();
            closed(cursor);
        }
    }
}
