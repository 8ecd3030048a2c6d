package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.jdbc.internal.connection.ConnectionPolicy;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import java.sql.Connection;
import java.sql.SQLException;

/** A physical connection to SQLite. The end of a lease also releases the write lock. */
public final class SqliteConnection extends PhysicalConnection {
    private final WriteLockingTransaction turns;

    public SqliteConnection(Connection driver, ConnectionPolicy policy) throws SQLException {
        super(driver, policy, null);
        this.turns = WriteLockingConnection.behind(driver);
        turns.leaseEnds("commit"); // a transaction that initSql has begun
    }

    /** Called twice, because configured statements, such as resetSql, may begin a transaction, too. */
    @Override
    public String restore() {
        leaseEnds();
        String unfit = super.restore();
        if (unfit != null) return unfit;
        leaseEnds();
        return isBroken() ? "a transaction that a statement had begun could not be rolled back" : null;
    }

    private void leaseEnds() {
        try {
            turns.leaseEnds("rollback");
        } catch (SQLException e) {
            breakDown();
        }
    }

    @Override
    public boolean keepsUnseenRows() {
        return true;
    }

    @Override
    public SQLException failed(SQLException error) {
        if (SqliteErrors.isMoved(error)) breakDown();
        turns.failed();
        return super.failed(error);
    }

    @Override
    public String toString() {
        return driver().toString();
    }
}
