package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;

/** For drivers that do not know the state of their session: the SQL texts show whether the server must be asked. */
final class TextLeftovers extends Leftovers {
    private final SqlTexts.Looked looked;

    /** A condition before the end of a transaction, for databases where that fails without one. */
    private final String condition;

    private volatile boolean begun;

    private TextLeftovers(Connection driver, SqlTexts.Looked looked, String condition) {
        super(driver);
        this.looked = looked;
        this.condition = condition;
    }

    static Leftovers standard(Connection driver) {
        return new TextLeftovers(driver, SqlTexts::beginsTransaction, "");
    }

    /** SQL Server and Sybase. */
    static Leftovers transactSql(Connection driver) {
        return new TextLeftovers(driver, SqlTexts::beginsTransactionAnywhere, "if @@trancount > 0 ");
    }

    @Override
    boolean looksAtTexts() {
        return true;
    }

    @Override
    boolean sees(String sql) {
        if (!begun && SqlTexts.any(sql, looked)) begun = true;
        return begun;
    }

    @Override
    void forget() {
        begun = false;
    }

    @Override
    void endTransaction(String end, boolean autoCommit, boolean failed) throws SQLException {
        if (begun) run(condition + end);
    }

    @Override
    boolean autoCommit(boolean assumed) throws SQLException {
        return begun ? driver.getAutoCommit() : assumed;
    }
}
