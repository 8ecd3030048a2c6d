package dev.rockpool.jdbc.internal;

import java.sql.Connection;
import java.sql.SQLException;

/** What the pool holds of a SQLite database: beside what every connection needs, the end of a lease ends its turn to write. */
final class SqliteConnection extends PhysicalConnection {
    private final TurnConnection turns;

    SqliteConnection(Connection driver, Handling handling) throws SQLException {
        super(driver, handling);
        this.turns = TurnConnection.behind(driver);
    }

    @Override
    String restore() {
        try {
            turns.leaseEnds();
        } catch (SQLException e) {
            breakDown();
        }
        return super.restore();
    }

    @Override
    SQLException failed(SQLException error) {
        if (SqliteErrors.isMoved(error)) breakDown();
        return super.failed(error);
    }

    @Override
    public String toString() {
        return driver().toString();
    }
}
