package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;

/** For SQLite through a data source. With the write lock, the lock handles this. */
final class SqliteLeftovers extends Leftovers {
    private volatile boolean begun;

    SqliteLeftovers(Connection driver) {
        super(driver);
    }

    @Override
    boolean looksAtTexts() {
        return true;
    }

    @Override
    boolean sees(String sql) {
        if (!begun && SqlTexts.any(sql, SqlTexts::beginsTransaction)) begun = true;
        return begun;
    }

    @Override
    void forget() {
        begun = false;
    }

    /** A failed call may have left the driver in a transaction that it had begun itself. */
    @Override
    void endTransaction(String end, boolean autoCommit, boolean failed) throws SQLException {
        if ((begun || failed) && autoCommit && SqliteState.isInTransaction(driver)) run(end);
    }
}
