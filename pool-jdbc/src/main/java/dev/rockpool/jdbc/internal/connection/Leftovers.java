package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What statements of a lease may leave behind that JDBC does not know of: a transaction begun by a text, autocommit switched off by one, a
 * subscription. One for each connection. What the driver knows is asked of it on return, which costs no round trip; where the driver knows
 * nothing, the texts are looked at.
 */
public abstract class Leftovers {
    static final String COMMIT = "commit";
    static final String ROLLBACK = "rollback";

    public final Connection driver;

    public Leftovers(Connection driver) {
        this.driver = driver;
    }

    /** For this connection of the driver; null where statements leave nothing behind, or others see to it. */
    static Leftovers of(ConnectionPolicy policy, Connection driver) {
        return switch (policy.vendor()) {
            case POSTGRESQL -> PostgresLeftovers.of(driver, policy);
            case MYSQL -> MySqlLeftovers.of(driver);
            case H2 -> new H2Leftovers(driver);
            case SQL_SERVER, SYBASE -> TextLeftovers.transactSql(driver);
            case ORACLE, DB2, DERBY, FIREBIRD -> null; // no statement begins a transaction there
            case SQLITE -> new SqliteLeftovers(driver);
            case HSQLDB, OTHER -> TextLeftovers.standard(driver);
        };
    }

    /** Whether {@link #sees} must be told. */
    boolean looksAtTexts() {
        return false;
    }

    /**
     * Called with a text before it executes, or when it is prepared.
     *
     * @return false when it need not be told of this text again
     */
    boolean sees(String sql) {
        return false;
    }

    /** Forgets what it has seen. */
    void forget() {}

    /**
     * Ends a transaction that a statement has begun; none that the driver itself has begun is open.
     *
     * @param end {@link #COMMIT} or {@link #ROLLBACK}
     * @param autoCommit the mode as JDBC knows it
     * @param failed whether a call failed, or may have
     */
    abstract void endTransaction(String end, boolean autoCommit, boolean failed) throws SQLException;

    /**
     * Whether autocommit is on.
     *
     * @param assumed as JDBC knows it
     */
    boolean autoCommit(boolean assumed) throws SQLException {
        return assumed;
    }

    /** Sets it back, and rolls back first: switching it on would commit. */
    void setAutoCommit(boolean wanted) throws SQLException {
        setAutoCommit(driver, wanted);
    }

    static void setAutoCommit(Connection driver, boolean wanted) throws SQLException {
        if (wanted) driver.rollback();
        driver.setAutoCommit(wanted);
    }

    /** Ends subscriptions. In no transaction. */
    void endSubscriptions() throws SQLException {}

    /** Whether the server has given the open transaction up, and keeps nothing of it, as far as the driver knows. */
    boolean hasFailedTransaction() throws SQLException {
        return false;
    }

    final void run(String sql) throws SQLException {
        try (Statement statement = driver.createStatement()) {
            statement.execute(sql);
        }
    }
}
