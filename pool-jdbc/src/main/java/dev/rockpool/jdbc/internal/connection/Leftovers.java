package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Finds and ends what statements of a lease may leave behind without JDBC's knowledge: a transaction begun by SQL text,
 * autocommit turned off by SQL text, a subscription, a lock of the session. One object per connection. If the driver knows these, it is asked
 * on return, without a round trip; otherwise the SQL texts are inspected.
 */
public abstract class Leftovers {
    static final String COMMIT = "commit";
    static final String ROLLBACK = "rollback";

    public final Connection driver;

    /** Null until the connection has been set up. */
    private Restoration restoration;

    public Leftovers(Connection driver) {
        this.driver = driver;
    }

    /** The leftovers of this driver connection; null if statements leave nothing behind, or other code handles it. */
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

    /** Who is told before each call that may wait for the server. */
    final void tell(Restoration restoration) {
        this.restoration = restoration;
    }

    final void mayWait() {
        if (restoration != null) restoration.mayWait();
    }

    /** Whether {@link #sees} must be called. */
    boolean looksAtTexts() {
        return false;
    }

    /**
     * Called with a text before it executes, or when it is prepared.
     *
     * @return false if it need not be called for this text again
     */
    boolean sees(String sql) {
        return false;
    }

    /** Forgets the texts that it has seen. */
    void forget() {}

    /**
     * Ends a transaction that a statement has begun. No transaction of the driver is open.
     *
     * @param end {@link #COMMIT} or {@link #ROLLBACK}
     * @param autoCommit the mode according to JDBC
     * @param failed whether a call failed, or may have
     */
    abstract void endTransaction(String end, boolean autoCommit, boolean failed) throws SQLException;

    /**
     * Whether autocommit is on.
     *
     * @param assumed the mode according to JDBC
     */
    boolean autoCommit(boolean assumed) throws SQLException {
        return assumed;
    }

    /** Restores the mode, after a rollback, because turning autocommit on would commit. */
    void setAutoCommit(boolean wanted) throws SQLException {
        setAutoCommit(driver, wanted);
    }

    static void setAutoCommit(Connection driver, boolean wanted) throws SQLException {
        if (wanted) driver.rollback();
        driver.setAutoCommit(wanted);
    }

    /** Ends subscriptions and locks of the session. Called outside a transaction. */
    void endSubscriptions() throws SQLException {}

    /** Whether the server has aborted the open transaction, as far as the driver knows. */
    boolean hasFailedTransaction() throws SQLException {
        return false;
    }

    /**
     * Whether the user has left the connection in the middle of something, so that the next statement would wait for
     * ever. Asked if the user had the driver's connection.
     */
    boolean isOccupied() throws SQLException {
        return false;
    }

    final void run(String sql) throws SQLException {
        mayWait();
        try (Statement statement = driver.createStatement()) {
            statement.execute(sql);
        }
    }
}
